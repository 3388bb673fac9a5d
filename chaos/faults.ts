import { setTimeout as delay } from 'node:timers/promises'
import { FAULT_POINTS, type FaultPoint } from '#platform/faults.ts'
import { LEASE_MS } from '#platform/jobs/heartbeat.ts'
import { Seeded } from '#platform/seeded.ts'
import type { Cut } from './commit-proxy.ts'
import type { Installation, Slot } from './installation.ts'
import { connected } from './invariants.ts'

const HOUR_MS = 3_600_000
/** How long a process is given to reach the point where it ends itself. */
const POINT_PATIENCE_MS = 20_000
const PAUSE_MS_MAX = 300
const LEAVE_TRIES_MAX = 5
const LOOKS_MAX = 200
const LOOK_MS = 10

/** Transactions worth losing the answer of, by a statement that only they have. */
const COMMITS = {
  start: /insert into flow\.runs/,
  claim: /insert into flow\.leases/,
  'claim of jobs': /insert into jobs\.leases/,
  checkpoint: /insert into flow\.steps/,
  timers: /delete from flow\.timers t using due/,
  mail: /update mail\.messages/,
  events: /delete from events\.pending/,
} as const

/** Forms are sent and runs started where requests are answered; everything else is done by workers. */
function isOfApi(point: FaultPoint): boolean {
  return point.startsWith('start.') || point.startsWith('submission.')
}

type CommitName = keyof typeof COMMITS
const COMMIT_NAMES = Object.keys(COMMITS) as CommitName[]

const FAULTS = [
  'kill worker',
  'kill api',
  'crash database',
  'kill database',
  'freeze worker',
  'cut commit',
  'step clock',
] as const
type Fault = (typeof FAULTS)[number]

/** How often each is chosen once every kind has had its turn. */
const WEIGHTS: Readonly<Record<Fault, number>> = {
  'kill worker': 8,
  'kill api': 3,
  'crash database': 1,
  'kill database': 1,
  'freeze worker': 1,
  'cut commit': 6,
  'step clock': 2,
}
const FIRST: readonly Fault[] = [...FAULTS, 'kill worker', 'cut commit', 'cut commit', 'cut commit']

export interface FaultReport {
  /** Processes that ended by force, PostgreSQL's first one included. */
  kills: number
  readonly counts: Record<string, number>
  /** Named points at which no process came by in time. */
  readonly missedPoints: FaultPoint[]
}

interface Events {
  /** Called right after a process has died, before it is started again. */
  onDeath(slot: Slot): Promise<void>
  /** Called after every fault. */
  onFault(): Promise<void>
}

/** Lets things go wrong in two lanes at once: one process dies at each named point, the others of anything else. */
export class Faults {
  readonly report: FaultReport = { kills: 0, counts: {}, missedPoints: [] }
  readonly #installation: Installation
  readonly #chance: Seeded
  readonly #kills: number
  readonly #events: Events
  /** Both lanes may want to end and start the same process; one waits for the other here. */
  #workerTwo: Promise<void> = Promise.resolve()

  constructor(installation: Installation, options: { seed: number; kills: number } & Events) {
    this.#installation = installation
    this.#chance = new Seeded(options.seed)
    this.#kills = options.kills
    this.#events = options
  }

  /** Resolves when everything has gone wrong often enough and all processes run again. */
  async run(): Promise<void> {
    await Promise.all([this.#pointLane(), this.#chanceLane()])
    // At last every answer is lost once, and nobody dies afterwards: no death may be needed to go on.
    for (const where of COMMIT_NAMES) await this.#cutCommit(where, 'after the server has it')
  }

  #isEnough(): boolean {
    return this.report.kills >= this.#kills
  }

  /** Worker 1 dies at one named point after the other; the API's points have their turn in the other lane. */
  async #pointLane(): Promise<void> {
    const points = FAULT_POINTS.filter(point => !isOfApi(point))
    do {
      for (const point of this.#chance.shuffled(points)) await this.#dieAt('worker 1', point)
    } while (!this.#isEnough())
    await this.#installation.startProcess('worker 1')
  }

  async #chanceLane(): Promise<void> {
    const first = this.#chance.shuffled(FIRST)
    for (const point of FAULT_POINTS.filter(isOfApi)) {
      await this.#installation.kill('api')
      this.#count('kill api', 1)
      await this.#dieAt('api', point)
      await this.#installation.startProcess('api')
    }
    for (let fault = first.pop(); fault !== undefined || !this.#isEnough(); fault = first.pop()) {
      await this.#happen(fault ?? this.#any())
      await this.#events.onFault()
      await delay(this.#chance.whole(0, PAUSE_MS_MAX))
    }
  }

  #any(): Fault {
    return this.#chance.pick(FAULTS.flatMap(fault => Array.from({ length: WEIGHTS[fault] }, () => fault)))
  }

  #count(what: string, kills: number): void {
    this.report.kills += kills
    this.report.counts[what] = (this.report.counts[what] ?? 0) + 1
  }

  /** Starts a process that ends itself at a point, and waits until it has. */
  async #dieAt(slot: Slot, point: FaultPoint): Promise<void> {
    const isRare = point.startsWith('recovery.')
    const nth = isRare ? 1 : this.#chance.whole(1, 6)
    await this.#installation.stopProcess(slot)
    await this.#installation.startProcess(slot, { fault: `${point}:${nth}` })
    if (isRare) await this.#leaveRunsTo(slot)
    if (await this.#installation.endsWithin(slot, POINT_PATIENCE_MS)) {
      this.#count(point, 1)
      await this.#events.onDeath(slot)
    } else {
      this.report.missedPoints.push(point)
      await this.#installation.kill(slot)
    }
  }

  /** Only the death of the other worker, with a run in its hands, gives one something to recover. */
  #leaveRunsTo(slot: Slot): Promise<void> {
    const work = this.#workerTwo.then(async () => {
      for (let tries = 0; tries < LEAVE_TRIES_MAX; tries++) {
        for (let looks = 0; looks < LOOKS_MAX && (await this.#runsHeldBy('worker 2')) === 0; looks++)
          await delay(LOOK_MS)
        await this.#installation.kill('worker 2')
        this.#count('kill worker', 1)
        await this.#events.onDeath('worker 2')
        // Until then nobody else is there who could recover them.
        const isLeft = (await this.#runsHeldBy('worker 2')) > 0
        if (isLeft) await this.#installation.endsWithin(slot, 3 * LEASE_MS)
        await this.#installation.startProcess('worker 2')
        if (isLeft) return
      }
    })
    this.#workerTwo = work
    return work
  }

  /** How many runs a worker holds; none can be seen while the database is away. */
  #runsHeldBy(slot: Slot): Promise<number> {
    const name = this.#installation.workerName(slot)
    return connected(this.#installation.adminUrl, async client => {
      const held = await client.query<{ n: number }>(
        'select count(*)::int as n from flow.leases l join jobs.workers w on w.id = l.worker_id where w.name = $1',
        [name],
      )
      return held.rows[0]?.n ?? 0
    }).catch(() => 0)
  }

  #killWorkerTwo(clockMs?: number): Promise<void> {
    this.#workerTwo = this.#workerTwo.then(async () => {
      await this.#installation.kill('worker 2')
      this.#count('kill worker', 1)
      await this.#events.onDeath('worker 2')
      await this.#installation.startProcess('worker 2', clockMs === undefined ? {} : { clockMs })
    })
    return this.#workerTwo
  }

  async #happen(fault: Fault): Promise<void> {
    switch (fault) {
      case 'kill worker':
        return this.#killWorkerTwo()
      case 'step clock':
        this.#count(fault, 0)
        return this.#killWorkerTwo(this.#chance.pick([-1, 1]) * HOUR_MS)
      case 'kill api':
        await this.#installation.kill('api')
        this.#count(fault, 1)
        return this.#installation.startProcess('api')
      case 'crash database':
      case 'kill database':
        this.#count(fault, 1)
        return this.#installation.crashDatabase(fault === 'crash database' ? 'immediate' : 'kill')
      case 'cut commit':
        return this.#cutCommit(
          this.#chance.pick(COMMIT_NAMES),
          this.#chance.pick<Cut>(['before the server has it', 'after the server has it']),
        )
      // A process that sleeps through its lease and wakes up with all it had in its hands.
      case 'freeze worker':
        this.#count(fault, 0)
        this.#installation.freeze('worker 2', true)
        await delay(3 * LEASE_MS)
        this.#installation.freeze('worker 2', false)
    }
  }

  async #cutCommit(where: CommitName, cut: Cut): Promise<void> {
    const patience = delay(POINT_PATIENCE_MS, 'late' as const, { ref: false })
    const cutOrLate = await Promise.race([
      this.#installation.proxy.cutNextCommit(COMMITS[where], cut).then(() => 'cut' as const),
      patience,
    ])
    this.#count(cutOrLate === 'cut' ? `cut commit of ${where}` : `no commit of ${where} to cut`, 0)
  }
}
