/** A model of engine.ts and held-run.ts: a process that claims runs, advances them with the real core and stores them. */

import type { Seeded } from '#platform/seeded.ts'
import { advance } from '../advance.ts'
import type { LoadedPlan } from '../loaded-plan.ts'
import type { RemoteCall, RunHeader, RunState, SliceInput, StepError } from '../run-state.ts'
import type { Bug } from './bugs.ts'
import {
  type Checkpoint,
  type Claimed,
  type Entry,
  LEASE_MS,
  type SimulatedDatabase,
  type Stored,
} from './database.ts'
import type { EventQueue } from './event-queue.ts'

const BEAT_MS = 750
const UPKEEP_MS = 1_000
const RETRY_MS = 200
const CLAIM_MAX = 3

/** What a worker reaches beyond itself. */
export interface Surroundings {
  readonly queue: EventQueue
  readonly chance: Seeded
  readonly database: SimulatedDatabase
  readonly bug: Bug | null
  /** How long a message takes now; null when it, or the connection it travels on, is lost. */
  delay(): number | null
  plan(runId: string): { readonly plan: LoadedPlan; readonly header: RunHeader }
  /** Makes a call outside; `answer` is called once, unless it is never heard of again. */
  call(runId: string, call: RemoteCall, answer: (input: SliceInput | null) => void): void
  note(text: string): void
  /** Looks at all that a transaction may have touched. */
  check(): void
}

interface Held {
  readonly claim: Claimed
  state: RunState
  revision: number
  inputs: SliceInput[]
  consumed: string[]
  refused: Map<string, StepError>
  readonly seen: Set<string>
  news: Entry[]
  /** Calls that are out, and answers that have come. */
  readonly calls: Set<string>
  answers: { readonly token: string; readonly input: SliceInput | null }[]
  isWaiting: boolean
}

export class SimulatedWorker {
  readonly #around: Surroundings
  readonly #name: string
  #id = ''
  #life = 0
  #thawAt = 0
  #clockError = 0
  #held = new Map<string, Held>()
  #beatAt = 0
  #heardAt = 0
  #upkeepAt = 0
  #count = 0

  constructor(name: string, around: Surroundings) {
    this.#name = name
    this.#around = around
  }

  /** Begins a new life: nothing of an old one is remembered. */
  begin(clockErrorMs: number): void {
    this.#life += 1
    this.#id = `${this.#name}.${this.#life}`
    this.#clockError = clockErrorMs
    this.#held = new Map()
    this.#beatAt = 0
    this.#heardAt = 0
    this.#thawAt = 0
    this.#around.note(`${this.#id} begins, its clock off by ${clockErrorMs} ms`)
    this.#later(0, () => this.#tick())
  }

  /** Dies at once; what it has sent is still on its way. */
  end(): void {
    this.#around.note(`${this.#id} dies with ${[...this.#held.keys()].join(' ') || 'nothing'}`)
    this.#life += 1
    this.#held = new Map()
  }

  /** Stands still for a while, and then goes on as if no time had passed. */
  freeze(ms: number): void {
    this.#thawAt = this.#around.queue.now + ms
    this.#around.note(
      `${this.#id} freezes for ${ms} ms with ${[...this.#held.keys()].join(' ') || 'nothing'}`,
    )
  }

  /** Something this process does later: not when it has died until then, and not while it stands still. */
  #later(ms: number, act: () => void): void {
    const life = this.#life
    const when = () => {
      if (life !== this.#life) return
      const rest = this.#thawAt - this.#around.queue.now
      if (rest > 0) this.#around.queue.after(rest, when)
      else act()
    }
    this.#around.queue.after(ms, when)
  }

  /** A transaction and its answer. Each of the two may be lost; `lost` is called when no answer comes. */
  #ask<T>(transact: () => T, heard: (answer: T) => void, lost: () => void): void {
    const { queue, delay, check } = this.#around
    const there = delay()
    const back = delay()
    if (there === null) {
      this.#later(RETRY_MS, lost)
      return
    }
    const life = this.#life
    queue.after(there, () => {
      const answer = transact()
      check()
      // What is asked is done even if the asker is gone by now.
      if (life !== this.#life) return
      this.#later(back ?? RETRY_MS, () => (back === null ? lost() : heard(answer)))
    })
  }

  #tick(): void {
    const { queue, chance, database } = this.#around
    this.#later(chance.whole(120, 360), () => this.#tick())
    const sentAt = queue.now
    if (sentAt - this.#beatAt >= BEAT_MS) {
      this.#beatAt = sentAt
      const beat = () => database.beat(this.#id, queue.now)
      this.#ask(
        beat,
        () => (this.#heardAt = sentAt),
        () => {},
      )
    }
    this.#ask(
      () => this.#fire(),
      () => {},
      () => {},
    )
    if (sentAt - this.#upkeepAt >= UPKEEP_MS) {
      this.#upkeepAt = sentAt
      this.#ask(
        () => this.#takeOver(),
        () => {},
        () => {},
      )
    }
    if (sentAt - this.#heardAt < LEASE_MS * 0.8) this.#claim()
  }

  #fire(): void {
    for (const run of this.#around.database.fireTimers(this.#around.queue.now))
      this.#around.note(`${this.#id} fires a timer of ${run.header.runId}`)
  }

  #takeOver(): void {
    const { database, queue, note } = this.#around
    const held = this.#held
    for (const run of database.giveBack(this.#id, runId => held.has(runId), queue.now))
      note(`${this.#id} gives back ${run.header.runId}`)
    for (const run of database.recover(queue.now)) note(`${this.#id} recovers ${run.header.runId}`)
  }

  #claim(): void {
    const { database, queue, note } = this.#around
    const claimId = `${this.#id}/${++this.#count}`
    const heldIds = [...this.#held].filter(([, held]) => held.calls.size > 0).map(([runId]) => runId)
    const transact = () => {
      const news = database.readNews(heldIds)
      const claimed = database.claim(this.#id, claimId, CLAIM_MAX, queue.now)
      for (const { runId, inbox } of claimed) note(`${claimId} claims ${runId} with ${inbox.length} news`)
      return { news, claimed }
    }
    const heard = ({ news, claimed }: ReturnType<typeof transact>) => {
      for (const [runId, entries] of news) this.#tell(runId, entries)
      for (const claim of claimed) this.#hold(claim)
    }
    this.#ask(transact, heard, () => note(`${claimId} hears nothing`))
  }

  #tell(runId: string, entries: readonly Entry[]): void {
    const held = this.#held.get(runId)
    if (held === undefined) return
    const fresh = entries.filter(entry => !held.seen.has(entry.id))
    for (const entry of fresh) held.seen.add(entry.id)
    held.news.push(...fresh)
    this.#goOn(held)
  }

  #hold(claim: Claimed): void {
    const { bug } = this.#around
    const state = claim.state ?? this.#around.plan(claim.runId).plan.start
    const inputs = claim.inbox.map(entry => entry.input)
    const calls = state.tokens.some(token => token.parked?.for === 'answer' || token.parked?.for === 'event')
    if (calls && bug !== 'a run taken over does not make its calls again') inputs.unshift({ kind: 'recover' })
    const held: Held = {
      claim,
      state,
      revision: claim.revision,
      inputs,
      consumed: claim.inbox.map(entry => entry.id),
      refused: new Map(),
      seen: new Set(claim.inbox.map(entry => entry.id)),
      news: [],
      calls: new Set(),
      answers: [],
      isWaiting: false,
    }
    this.#held.set(claim.runId, held)
    this.#slice(held)
  }

  #slice(held: Held): void {
    const { chance, queue, bug } = this.#around
    const { runId, claimId } = held.claim
    const { plan, header } = this.#around.plan(runId)
    const isEager = bug === 'a timer fires before its time'
    const result = advance(plan, isEager ? withoutTimes(held.state) : held.state, held.inputs, {
      run: header,
      now: queue.now + this.#clockError,
      random: () => chance.next(),
      budget: { nodes: chance.whole(1, 6), bytes: 1e9 },
      refused: held.refused,
    })
    const isCalling = held.calls.keys().some(token => !result.withdrawn.includes(token))
    const isBusy = result.outcome === 'continue' || result.remote.length > 0 || isCalling
    const hold = isBusy && result.state.end === null
    this.#store(held, {
      id: `${claimId}/${++this.#count}`,
      runId,
      claimId,
      revision: held.revision,
      result,
      consumed: held.consumed,
      hold: hold && !(bug === 'a run is let go while its calls are out' && result.outcome !== 'continue'),
    })
  }

  #store(held: Held, checkpoint: Checkpoint): void {
    const { database, note } = this.#around
    const transact = () => {
      const stored = database.store(checkpoint)
      note(
        `${checkpoint.id} of ${checkpoint.runId} is ${stored.kind}, ${checkpoint.result.outcome}, ${checkpoint.result.state.step} steps`,
      )
      return stored
    }
    // While the database is away the checkpoint waits for it and is sent again, whole.
    this.#ask(
      transact,
      stored => this.#stored(held, checkpoint, stored),
      () => this.#store(held, checkpoint),
    )
  }

  #stored(held: Held, checkpoint: Checkpoint, stored: Stored): void {
    if (stored.kind === 'refused') {
      held.refused = new Map([...held.refused, ...stored.refused])
      this.#slice(held)
      return
    }
    if (stored.kind === 'fenced' || !checkpoint.hold) {
      if (this.#held.get(checkpoint.runId) === held) this.#held.delete(checkpoint.runId)
      return
    }
    held.state = JSON.parse(JSON.stringify(checkpoint.result.state)) as RunState
    held.revision = stored.revision
    held.inputs = []
    held.consumed = []
    for (const token of checkpoint.result.withdrawn) this.#forget(held, token)
    for (const call of checkpoint.result.remote) this.#call(held, call)
    if (checkpoint.result.outcome === 'continue') {
      this.#slice(held)
      return
    }
    held.isWaiting = true
    this.#goOn(held)
  }

  #call(held: Held, call: RemoteCall): void {
    held.calls.add(call.token)
    const life = this.#life
    const isOwnKey = this.#around.bug === 'every call has a key of its own'
    const made = isOwnKey ? { ...call, key: `${call.key}${this.#count}` } : call
    this.#around.call(held.claim.runId, made, input => {
      if (life !== this.#life) return
      this.#later(0, () => {
        if (!held.calls.has(call.token)) return
        held.answers.push({ token: call.token, input })
        this.#goOn(held)
      })
    })
  }

  #forget(held: Held, token: string): void {
    held.calls.delete(token)
    held.answers = held.answers.filter(answer => answer.token !== token)
  }

  /** Takes in what has come first: one answer, or news. */
  #goOn(held: Held): void {
    if (!held.isWaiting || (held.answers.length === 0 && held.news.length === 0)) return
    held.isWaiting = false
    const first = held.news.length > 0 ? undefined : held.answers.shift()
    if (first !== undefined) held.calls.delete(first.token)
    held.inputs = [...(first?.input ? [first.input] : []), ...held.news.map(entry => entry.input)]
    held.consumed = held.news.map(entry => entry.id)
    held.news = []
    this.#slice(held)
  }
}

/** A core that does not look at the clock: every timer is taken for due. */
function withoutTimes(state: RunState): RunState {
  const tokens = state.tokens.map(token =>
    token.parked?.for === 'time' ? { ...token, parked: { ...token.parked, until: 0 } } : token,
  )
  return { ...state, tokens }
}
