import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { generalErrors } from '../errors.ts'

interface Stored {
  request_hash: Buffer
  status: number
  answer: unknown
}

/** A key as a header may carry it: visible ASCII, at most 255 characters. */
const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * Runs an unsafe request at most once per Idempotency-Key. The key, the effect and the answer are one
 * transaction: a concurrent repeat waits for the first and then receives its stored answer; a failed
 * first leaves nothing behind and the repeat runs. The same key with other content is refused.
 */
export async function once(
  ctx: Context,
  request: { actor: string; route: string; key: string; content: string },
  run: () => Promise<{ status: number; answer: unknown }>,
): Promise<{ status: number; answer: unknown; replayed: boolean }> {
  if (!KEY.test(request.key)) {
    throw generalErrors.invalid({
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
  const hash = createHash('sha256').update(request.content).digest()
  const identity = [ctx.orgId, request.actor, request.route, request.key]
  const claimed = await ctx.db.query(
    `insert into http.idempotency_keys (org_id, actor, route, key, request_hash, status)
     values ($1, $2, $3, $4, $5, 0) on conflict do nothing`,
    [...identity, hash],
  )
  if (claimed.rowCount === 0) {
    const stored = await ctx.db.query<Stored>(
      `select request_hash, status, answer from http.idempotency_keys
       where org_id = $1 and actor = $2 and route = $3 and key = $4`,
      identity,
    )
    const row = stored.rows[0]
    if (!row) throw generalErrors.conflict()
    if (!row.request_hash.equals(hash)) throw generalErrors.idempotency_mismatch()
    return { status: row.status, answer: row.answer, replayed: true }
  }
  const result = await run()
  await ctx.db.query(
    `update http.idempotency_keys set status = $5, answer = $6
     where org_id = $1 and actor = $2 and route = $3 and key = $4`,
    [...identity, result.status, result.answer === undefined ? null : JSON.stringify(result.answer)],
  )
  return { ...result, replayed: false }
}
