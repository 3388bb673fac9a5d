import { audit } from '#platform/audit/audit.ts'
import type { Context, Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import { generalErrors } from '#platform/errors.ts'
import { callerKey } from '#platform/http/caller.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import type { SenderKind, SenderRule, SenderVerdict } from './quarantine-api.ts'

/** The keyed hash under which something of a sender is kept and looked up; another one in each organization. */
export function keyOfSender(kit: Kit, orgId: string, kind: SenderKind | 'text', value: string): string {
  return hmacSign(kit.keyFor('intake.senders'), orgId, kind, value)
}

/** The keys by which somebody may be blocked or let in: the address, its domain with those above it, and the network where it is known. */
export function keysOfSender(kit: Kit, orgId: string, email: string, address?: string): string[] {
  const domain = email.toLowerCase().split('@')[1] ?? ''
  const labels = domain.split('.')
  const domains = labels.map((_, index) => labels.slice(index).join('.')).filter(name => name.includes('.'))
  return [
    keyOfSender(kit, orgId, 'email', email.toLowerCase()),
    ...domains.map(name => keyOfSender(kit, orgId, 'domain', name)),
    ...(address === undefined ? [] : [keyOfSender(kit, orgId, 'network', callerKey(address))]),
  ]
}

interface RuleRow {
  id: string
  kind: SenderKind
  value: string | null
  verdict: SenderVerdict
  created_by: string | null
  created_at: Date
}

const COLUMNS = 'r.id, r.kind, r.value, r.verdict, r.created_by, r.created_at'

/** What is to be decided about a sender; a network is known by its key alone. */
export interface SenderChoice {
  readonly kind: SenderKind
  readonly keyHash: string
  readonly value: string | null
  readonly verdict: SenderVerdict
}

/** Decides about a sender from now on; what was decided before is replaced. */
export async function decideSender(ctx: Context, choice: SenderChoice): Promise<SenderRule> {
  const userId = ctx.actor.type === 'user' ? ctx.actor.userId : null
  const stored = await ctx.db.query<RuleRow>(
    `insert into intake.sender_rules as r (org_id, id, kind, key_hash, value, verdict, created_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (org_id, key_hash) do update
     set verdict = excluded.verdict, value = excluded.value, created_by = excluded.created_by
     returning ${COLUMNS}`,
    [ctx.orgId, newId(), choice.kind, choice.keyHash, choice.value, choice.verdict, userId],
  )
  const row = stored.rows[0]
  if (!row) throw new Error('A rule about a sender was not stored.')
  await audit(ctx, {
    action: `sender_rule.${choice.verdict === 'block' ? 'blocked' : 'allowed'}`,
    object: { type: 'sender_rule', id: row.id, name: row.value ?? 'A network' },
    after: { kind: row.kind, verdict: row.verdict },
  })
  return ruleOf(row)
}

/** Decides from now on about an address or a domain, in small letters. */
export function decideNamed(
  ctx: Context,
  { kind, value, verdict }: { kind: 'email' | 'domain'; value: string; verdict: SenderVerdict },
): Promise<SenderRule> {
  const keyHash = keyOfSender(ctx.kit, ctx.orgId, kind, value)
  return decideSender(ctx, { kind, keyHash, value, verdict })
}

/** Holds back from now on whatever an address, or everybody at its domain, writes. */
export function blockAddress(ctx: Context, kind: 'email' | 'domain', email: string): Promise<SenderRule> {
  const value = kind === 'email' ? email : (email.split('@')[1] ?? '')
  return decideNamed(ctx, { kind, value, verdict: 'block' })
}

/** A page of the senders that somebody decided about, the newest first. */
export async function listSenderRules(
  ctx: Context,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: SenderRule[]; nextCursor: string | null }> {
  const found = await ctx.db.query<RuleRow>(
    `select ${COLUMNS} from intake.sender_rules r
     where r.org_id = $1 and ($2::uuid is null or r.id < $2) order by r.id desc limit $3`,
    [ctx.orgId, readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, ruleOf)
}

/** Judges a sender like everybody again. Throws `request.not_found`. */
export async function deleteSenderRule(ctx: Context, ruleId: string): Promise<void> {
  const gone = await ctx.db.query<RuleRow>(
    `delete from intake.sender_rules r where r.org_id = $1 and r.id = $2 returning ${COLUMNS}`,
    [ctx.orgId, ruleId],
  )
  const row = gone.rows[0]
  if (!row) throw generalErrors.not_found()
  await audit(ctx, {
    action: 'sender_rule.deleted',
    object: { type: 'sender_rule', id: row.id, name: row.value ?? 'A network' },
    before: { kind: row.kind, verdict: row.verdict },
  })
}

function ruleOf(row: RuleRow): SenderRule {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    verdict: row.verdict,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }
}
