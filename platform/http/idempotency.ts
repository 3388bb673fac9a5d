import { createHash } from 'node:crypto'
import type { Context, GlobalContext, OutsideContext } from '../context.ts'
import { gcmOpen, gcmSeal } from '../crypto/gcm.ts'
import type { Tx } from '../db/database.ts'
import { generalErrors } from '../errors.ts'

/** A key as a header may carry it: visible ASCII, at most 255 characters. */
const KEY = /^[\x21-\x7e]{1,255}$/
/** How long an answer is kept for repeats. */
const KEPT = `interval '24 hours'`

/** An answer as it is kept for repeats. */
export interface Outcome {
  readonly status: number
  readonly answer: unknown
  /** The ETag the answer had, if it had one. */
  readonly etag?: string | undefined
}

interface Request {
  /** Who sends it; the same key of somebody else is another key. */
  readonly actor: string
  readonly route: string
  readonly key: string
  /** Everything the request asks for; a key belongs to exactly this. */
  readonly content: string
}

interface Row {
  request_hash: Buffer
  answer: Buffer
}

/** Where sealed answers are kept. `find` sees those of the last 24 hours only. */
interface Shelf {
  find(tx: Tx): Promise<{ rows: Row[] }>
  keep(tx: Tx, requestHash: Buffer, sealed: Buffer): Promise<unknown>
}

type Once = Outcome & { readonly replayed: boolean }

/**
 * Runs an unsafe request at most once per Idempotency-Key. The key, the effect and the answer are one transaction: a
 * repeat gets the stored answer for 24 hours, and a first that failed or died leaves nothing, so that the repeat
 * runs. Throws `request.in_progress` while the first is still under way and `request.idempotency_mismatch` for the same
 * key with other content.
 */
export function once(ctx: Context, request: Request, run: () => Promise<Outcome>): Promise<Once> {
  const identity = [ctx.orgId, request.actor, request.route, request.key]
  return runOnce(ctx, identity, request, shelfOfOrganization(identity), run)
}

/** The same for a request outside any organization. */
export function onceForUser(
  ctx: OutsideContext,
  request: Request,
  run: () => Promise<Outcome>,
): Promise<Once> {
  const identity = [request.actor, request.route, request.key]
  return runOnce(ctx, identity, request, shelfOfUsers(digest(identity)), run)
}

async function runOnce(
  { db, kit }: GlobalContext,
  identity: readonly string[],
  request: Request,
  shelf: Shelf,
  run: () => Promise<Outcome>,
): Promise<Once> {
  if (!KEY.test(request.key)) throw malformedKey()
  const id = digest(identity)
  const sealKey = kit.keyFor('http.idempotency-keys')
  const requestHash = createHash('sha256').update(request.content).digest()
  // The lock goes with the transaction, so one that dies is no obstacle to its repeat. Both statements travel
  // together; the second sees whatever was committed before the lock was given.
  const [lock, found] = await Promise.all([
    db.query<{ is_mine: boolean }>('select pg_try_advisory_xact_lock($1) as is_mine', [
      id.readBigInt64BE().toString(),
    ]),
    shelf.find(db),
  ])
  const kept = found.rows[0]
  if (kept) {
    if (!kept.request_hash.equals(requestHash)) throw generalErrors.idempotency_mismatch()
    const opened = gcmOpen(sealKey, kept.answer, id)
    if (!opened) throw new Error('A stored answer cannot be opened with the key of this installation.')
    return { ...(JSON.parse(opened.toString()) as Outcome), replayed: true }
  }
  if (!lock.rows[0]?.is_mine) throw generalErrors.in_progress({ retryAfterS: 1 })
  const outcome = await run()
  await shelf.keep(db, requestHash, gcmSeal(sealKey, Buffer.from(JSON.stringify(outcome)), id))
  return { ...outcome, replayed: false }
}

function digest(identity: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(identity)).digest()
}

function malformedKey() {
  return generalErrors.invalid({
    errors: [
      {
        in: 'header',
        pointer: '/Idempotency-Key',
        code: 'invalid',
        message: 'Use 1 to 255 visible ASCII characters.',
      },
    ],
  })
}

function shelfOfOrganization(identity: readonly string[]): Shelf {
  return {
    find: tx =>
      tx.query<Row>(
        `select request_hash, answer from http.idempotency_keys
         where org_id = $1 and actor = $2 and route = $3 and key = $4 and created_at > now() - ${KEPT}`,
        identity,
      ),
    keep: (tx, requestHash, sealed) =>
      tx.query(
        `insert into http.idempotency_keys (org_id, actor, route, key, request_hash, answer)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (org_id, actor, route, key) do update
         set request_hash = excluded.request_hash, answer = excluded.answer, created_at = now()`,
        [...identity, requestHash, sealed],
      ),
  }
}

function shelfOfUsers(id: Buffer): Shelf {
  return {
    find: tx =>
      tx.query<Row>(
        `select request_hash, answer from http.user_idempotency_keys
         where id = $1 and created_at > now() - ${KEPT}`,
        [id],
      ),
    keep: (tx, requestHash, sealed) =>
      tx.query(
        `insert into http.user_idempotency_keys (id, request_hash, answer) values ($1, $2, $3)
         on conflict (id) do update
         set request_hash = excluded.request_hash, answer = excluded.answer, created_at = now()`,
        [id, requestHash, sealed],
      ),
  }
}

/** Drops the answers of one organization that are older than a day; in a transaction of that organization. */
export async function forgetRepeats(tx: Tx, orgId: string): Promise<void> {
  await tx.query(`delete from http.idempotency_keys where org_id = $1 and created_at <= now() - ${KEPT}`, [
    orgId,
  ])
}

/** Drops the answers outside organizations that are older than a day. */
export async function forgetUserRepeats(tx: Tx): Promise<void> {
  await tx.query(`delete from http.user_idempotency_keys where created_at <= now() - ${KEPT}`)
}
