import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import pg from 'pg'
import { isId } from '../ids.ts'
import { kyselyOn } from './kysely.ts'
import type { DB } from './schema.generated.ts'
import { EVERYTHING, narrowing, settingName, type Visibility } from './visibility.ts'

// Dates without a time stay text: a JavaScript Date would shift them by the server's zone.
pg.types.setTypeParser(pg.types.builtins.DATE, value => value)

/** How often a transaction is tried when PostgreSQL asks for it (serialization failure, deadlock). */
const TRIES_MAX = 4
const NAMED_STATEMENTS_MAX = 1000

/**
 * How PostgreSQL plans the prepared statements of a transaction. Left to itself it plans one that takes lists anew each time, because
 * with the list in hand it looks cheaper, and planning then costs more than the work. `kept` plans each once a connection: for
 * transactions whose statements look up by keys and insert, and whose plans are right whatever the values are.
 */
export type Plans = 'kept' | 'fitted'

/** An open transaction. `sql` and `query` speak to the same connection. */
export interface Tx {
  readonly sql: Kysely<DB>
  /** Runs hand-written SQL as a prepared statement. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
  /** Runs SQL that was put together for this one call, such as a filter; the connection does not keep it. */
  queryOnce<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>
  /**
   * Sends a statement without waiting for it: it travels with whatever comes next. When it fails, so does the
   * next `settle`, or else the commit, with the statement's own error.
   */
  send(text: string, values?: readonly unknown[]): void
  /**
   * Leaves a row to be written with others of its kind in one statement, at the latest at the commit. `write` gets
   * all rows left under the same function and must only `send`.
   */
  gather<R>(write: (tx: Tx, rows: readonly R[]) => void, row: R): void
  /**
   * Asks along with all who ask the same in this turn of the event loop: work for several that goes side by side in one
   * transaction then costs one statement for all. `answer` gets what they asked, in their order, and gives one answer for each.
   */
  ask<Q, A>(answer: (tx: Tx, asked: readonly Q[]) => Promise<readonly A[]>, question: Q): Promise<A>
  /**
   * Does work that others in this transaction do too, one after another, because no lock keeps them apart: what it reads is what those
   * before it wrote. Called within itself it would wait for ever.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Sends what was gathered. */
  flush(): void
  /** Forgets what was gathered and not sent, as when a savepoint is rolled back. */
  discard(): void
  /** Flushes, waits for everything that was sent and throws the first failure. Needed before a savepoint is released. */
  settle(): Promise<void>
  /**
   * Does a part of the work with all records of the organization in sight, as the system has them, and nothing beside it:
   * statements that others send meanwhile would see them too.
   */
  unnarrowed<T>(work: () => Promise<T>): Promise<T>
  /** Runs once the transaction is durable; never after a rollback. Must not throw. */
  afterCommit(action: () => void): void
}

/** Several organizations written in one commit, one at a time. */
export interface BatchTx {
  inOrg<T>(orgId: string, work: (tx: Tx) => Promise<T>): Promise<T>
}

/** A transaction outside organizations that can step into one for a part of its work, and out again. */
export interface GlobalTx extends Tx, BatchTx {}

export interface Database {
  /**
   * A transaction that sees exactly one organization, and of its records no more than `visibility` says, all of them when
   * nothing is said. There is no other way to a tenant table.
   */
  withOrg<T>(
    orgId: string,
    work: (tx: Tx) => Promise<T>,
    options?: { readonly visibility?: Visibility | undefined; readonly plans?: Plans | undefined },
  ): Promise<T>
  /**
   * A transaction without an organization: global tables only, tenant tables are empty in it. What spans a
   * person's organizations steps into them one after the other with `inOrg`, on the same connection.
   */
  withGlobal<T>(work: (tx: GlobalTx) => Promise<T>): Promise<T>
  /** A read-only transaction that sees the dispatch tables (ids and times) of every organization. Its plans are kept. */
  withDispatch<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** One transaction over several organizations, for group commits. Its plans are kept. */
  withBatch<T>(work: (batch: BatchTx) => Promise<T>): Promise<T>
  /** Connections in use and waiting, for metrics and health. */
  stats(): { total: number; idle: number; waiting: number }
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Connection of the runtime role. */
  url: string
  /** Connections in the pool. */
  max: number
  applicationName?: string
  /** A connection that was lost while idle; the pool replaces it. */
  onError?: (error: Error) => void
}

/** The server answered ROLLBACK to our COMMIT: an earlier statement failed and its error was swallowed. */
export class CommitError extends Error {}

type Work<T> = (client: pg.PoolClient, tx: Tx) => Promise<T>

/** Opens the pool of pipelined connections. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    pipeline: true,
    application_name: options.applicationName ?? 'millrace',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  } as pg.PoolConfig)
  pool.on('connect', outliveLoss)
  // A server that is stopped right after us says so on connections that are already ending.
  let isClosing = false
  pool.on('error', error => {
    if (!isClosing) options.onError?.(error)
  })

  async function transact<T>(opening: readonly string[], work: Work<T>, visibility = EVERYTHING): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once([...opening, ...narrowing(visibility)], work, visibility)
      } catch (error) {
        if (attempt >= TRIES_MAX || !isRetryable(error)) throw error
      }
    }
  }

  async function once<T>(opening: readonly string[], work: Work<T>, visibility: Visibility): Promise<T> {
    const client = await pool.connect()
    const open = new OpenTx(client, Object.keys(visibility))
    let broken: Error | undefined
    try {
      together(client)
      // Not awaited: it travels with the first query. A failure surfaces there, and COMMIT is checked below.
      client.query(opening.join('; ')).catch(() => {})
      const result = await work(client, open)
      open.flush()
      open.close()
      const commit = await client.query('commit')
      if (commit.command !== 'COMMIT') {
        throw (
          open.failure ?? new CommitError('The transaction was rolled back by an earlier failed statement.')
        )
      }
      for (const action of open.actions) action()
      return result
    } catch (error) {
      open.close()
      await client.query('rollback').catch(failure => {
        broken = failure instanceof Error ? failure : new Error(String(failure))
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  return {
    withOrg: (orgId, work, { visibility, plans = 'fitted' } = {}) =>
      transact(['begin', settingOf(orgId), ...planning(plans)], (_, tx) => work(tx), visibility),
    withGlobal: work =>
      transact(['begin'], (client, tx) =>
        work(
          Object.assign(tx, {
            inOrg: async <R>(orgId: string, inner: (within: Tx) => Promise<R>): Promise<R> => {
              try {
                return await inside(client, tx, orgId, inner)
              } finally {
                client.query(`set local app.org_id = ''`).catch(() => {})
              }
            },
          }),
        ),
      ),
    withDispatch: work =>
      transact(['begin read only', `set local app.worker = 'on'`, ...planning('kept')], (_, tx) => work(tx)),
    withBatch: work =>
      transact(['begin', ...planning('kept')], (client, tx) =>
        work({ inOrg: (orgId, inner) => inside(client, tx, orgId, inner) }),
      ),
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close() {
      isClosing = true
      return pool.end()
    },
  }
}

/**
 * The pool listens to idle connections only. One that is lost in the middle of a transaction fails its statements, which
 * is how the work hears of it; without a listener the loss itself would end the process.
 */
function outliveLoss(client: pg.PoolClient): void {
  client.on('error', () => {})
}

/** The server begins with so much while the rest is still being written. */
const PACKET_BYTES = 16_384

/**
 * Lets what is sent in one turn of the event loop leave in one packet: each on its own would cost both sides a system call and the
 * server a switch of its process.
 */
function together(client: pg.PoolClient): void {
  const { stream } = client.connection
  if (stream.writableCorked === 0) process.nextTick(() => stream.uncork())
  else if (stream.writableLength > PACKET_BYTES) stream.uncork()
  else return
  stream.cork()
}

/** A part of a transaction inside one organization; what it gathered belongs there and is sent before it ends. */
async function inside<R>(
  client: pg.PoolClient,
  tx: Tx,
  orgId: string,
  work: (tx: Tx) => Promise<R>,
): Promise<R> {
  client.query(settingOf(orgId)).catch(() => {})
  const result = await work(tx)
  tx.flush()
  return result
}

/** A plan that is kept may have been made when a table was empty, so it has to go by its indexes. */
function planning(plans: Plans): string[] {
  return plans === 'kept'
    ? ['set local plan_cache_mode = force_generic_plan', 'set local enable_seqscan = off']
    : []
}

/** SET LOCAL takes no parameters, so the id is checked to be a UUID and nothing else before it enters the text. */
function settingOf(orgId: string): string {
  if (!isId(orgId)) throw new Error('An organization id is needed to open a tenant transaction.')
  return `set local app.org_id = '${orgId}'`
}

type Gatherer = (tx: Tx, rows: readonly unknown[]) => void
type Answerer = (tx: Tx, asked: readonly unknown[]) => Promise<readonly unknown[]>

/** What is asked together, and its answers once they are there. */
interface Asked {
  readonly questions: unknown[]
  readonly answers: Promise<readonly unknown[]>
}

/**
 * A transaction while it is open. Afterwards it refuses to speak: code that was left running by a failure must
 * not reach a connection that may serve another organization by then.
 */
class OpenTx implements Tx {
  readonly actions: (() => void)[] = []
  /** The first failure of a statement that nobody waited for. */
  failure: Error | undefined
  readonly #client: pg.PoolClient
  readonly #gathered = new Map<Gatherer, unknown[]>()
  readonly #asked = new Map<Answerer, Asked>()
  #isOpen = true
  #sent: Promise<unknown> = Promise.resolve()
  #turn: Promise<unknown> = Promise.resolve()
  /** The objects of which not everything is in sight. */
  readonly #narrowed: readonly string[]
  #isLifted = false

  constructor(client: pg.PoolClient, narrowed: readonly string[]) {
    this.#client = client
    this.#narrowed = narrowed
  }

  get sql(): Kysely<DB> {
    this.#check()
    return kyselyOn(this.#client)
  }

  query<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<R>> {
    return this.#heard(this.#ask<R>(text, values, statementName(text)))
  }

  queryOnce<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<R>> {
    return this.#heard(this.#ask<R>(text, values, undefined))
  }

  #heard<T>(answer: Promise<T>): Promise<T> {
    // Statements travel side by side. When one has failed the work, nobody waits for the others any more, and their
    // failures would end the process; one that nobody hears of at all still fails the commit.
    answer.catch(() => {})
    return answer
  }

  async #ask<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
    name: string | undefined,
  ): Promise<pg.QueryResult<R>> {
    this.#check()
    together(this.#client)
    return this.#client.query<R>({ name, text, values: values as unknown[] })
  }

  send(text: string, values: readonly unknown[] = []): void {
    this.#check()
    together(this.#client)
    // Answers come in the order of the statements, so the last one sent is the last one to wait for.
    this.#sent = this.#client
      .query({ name: statementName(text), text, values: values as unknown[] })
      .catch(error => {
        this.failure ??= error
      })
  }

  gather<R>(write: (tx: Tx, rows: readonly R[]) => void, row: R): void {
    this.#check()
    const rows = this.#gathered.get(write as Gatherer)
    if (rows) rows.push(row)
    else this.#gathered.set(write as Gatherer, [row])
  }

  async ask<Q, A>(answer: (tx: Tx, asked: readonly Q[]) => Promise<readonly A[]>, question: Q): Promise<A> {
    this.#check()
    const known = this.#asked.get(answer as Answerer)
    const asked = known ?? this.#open(answer as Answerer)
    const place = asked.questions.push(question) - 1
    const answers = await asked.answers
    if (answers.length !== asked.questions.length) throw new Error('Each question needs an answer.')
    return answers[place] as A
  }

  #open(answer: Answerer): Asked {
    const questions: unknown[] = []
    const answers = new Promise<void>(resolve => process.nextTick(resolve)).then(() => {
      this.#asked.delete(answer)
      return answer(this, questions)
    })
    // The one who asked may have failed at something else and hear of nothing any more.
    answers.catch(() => {})
    const asked = { questions, answers }
    this.#asked.set(answer, asked)
    return asked
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  flush(): void {
    const gathered = [...this.#gathered]
    this.#gathered.clear()
    for (const [write, rows] of gathered) write(this, rows)
  }

  discard(): void {
    this.#gathered.clear()
  }

  async settle(): Promise<void> {
    this.flush()
    await this.#sent
    const { failure } = this
    this.failure = undefined
    if (failure) throw failure
  }

  async unnarrowed<T>(work: () => Promise<T>): Promise<T> {
    if (this.#narrowed.length === 0 || this.#isLifted) return work()
    const settings = this.#narrowed.map(settingName)
    this.#isLifted = true
    for (const name of settings) {
      this.send(`select set_config('${name}_kept', current_setting('${name}'), true)`)
      this.send(`select set_config('${name}', '', true)`)
    }
    try {
      return await work()
    } finally {
      this.#isLifted = false
      for (const name of settings)
        this.send(`select set_config('${name}', current_setting('${name}_kept'), true)`)
    }
  }

  afterCommit(action: () => void): void {
    this.actions.push(action)
  }

  close(): void {
    this.#isOpen = false
  }

  #check(): void {
    if (!this.#isOpen) throw new Error('The transaction is over.')
  }
}

const names = new Map<string, string>()

/**
 * A stable name makes PostgreSQL keep the parsed statement on the connection. Texts made at run time could be endless, so
 * past a bound further ones stay unnamed.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text)
  if (known || names.size >= NAMED_STATEMENTS_MAX) return known
  const name = `m${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`
  names.set(text, name)
  return name
}

function isRetryable(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** The SQLSTATE of a database error, or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** The name of the constraint a database error speaks of. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined
}
