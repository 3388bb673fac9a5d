import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { newId } from '#platform/ids.ts'
import { crmErrors } from '../errors.ts'
import {
  type BlockReason,
  contactAllowed,
  contactRefused,
  DO_NOT_CONTACT_FIELDS,
  type DoNotContact,
  type EntryOutcome,
  type NewEntry,
} from './privacy-api.ts'
import { addressOf, type Refused, refusalKey, refusersOf } from './refusal-keys.ts'

interface Row {
  id: string
  kind: DoNotContact['kind']
  value: string | null
  reason: BlockReason
  legal_basis: DoNotContact['legalBasis']
  source: string
  note: string | null
  actor: DoNotContact['actor']
  created_at: Date
}

const COLUMNS = 'd.id, d.kind, d.value, d.reason, d.legal_basis, d.source, d.note, d.actor, d.created_at'

const LIST: ListShape = {
  fields: DO_NOT_CONTACT_FIELDS,
  id: 'd.id',
  sql: {
    value: { sql: 'd.value' },
    kind: { sql: 'd.kind', isNeverNull: true },
    reason: { sql: 'd.reason', isNeverNull: true },
    legalBasis: { sql: 'd.legal_basis' },
    source: { sql: 'd.source', isNeverNull: true },
    createdAt: { sql: 'd.created_at', isNeverNull: true, order: { sql: 'd.id', cast: 'uuid' } },
  },
}

/** A page of the list; with an address only what refuses it. */
export async function listDoNotContact(
  ctx: Context,
  query: FilteredRequest & { readonly address?: string | undefined },
): Promise<{ items: DoNotContact[]; nextCursor: string | null }> {
  const keys =
    query.address === undefined ? null : refusersOf(query.address).map(each => refusalKey(ctx, each))
  const list = readList(LIST, query, [ctx.orgId, keys])
  const text = `select ${COLUMNS}${list.columns} from crm.do_not_contact d
    where d.org_id = $1 and d.ended_at is null and ($2::text[] is null or d.key_hash = any($2))${list.where} ${list.order}`
  return readPage<Row, DoNotContact>(ctx.db, list, text, entryOf)
}

/** What refuses these addresses, the strongest first for each. */
export async function refusalsOf(ctx: Context, emails: readonly string[]): Promise<DoNotContact[]> {
  const keys = emails.flatMap(email => refusersOf(email).map(each => refusalKey(ctx, each)))
  if (keys.length === 0) return []
  const found = await ctx.db.query<Row>(
    `select ${COLUMNS} from crm.do_not_contact d
     where d.org_id = $1 and d.key_hash = any($2::text[]) and d.ended_at is null order by d.kind desc, d.id`,
    [ctx.orgId, keys],
  )
  return found.rows.map(entryOf)
}

/**
 * Whoever names what another transaction has just put there waits for it and gets its entry: `do update` returns rows that
 * were not yet visible when the statement began, `do nothing` would not.
 */
const ADD = `
  insert into crm.do_not_contact as d (org_id, id, kind, key_hash, value, reason, legal_basis, note, source, actor)
  select distinct on (g.key_hash) $1, g.id, g.kind, g.key_hash, g.value, g.reason, g.legal_basis, g.note, $9, $10::jsonb
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    as g (id, kind, key_hash, value, reason, legal_basis, note)
  order by g.key_hash, g.id
  on conflict (org_id, key_hash) where ended_at is null do update set kind = excluded.kind
  returning ${COLUMNS}, d.key_hash, d.id = any($2) as is_new`

export interface Refusal extends Refused {
  readonly reason: BlockReason
  readonly legalBasis?: DoNotContact['legalBasis'] | undefined
  readonly note?: string | undefined
}

/**
 * Puts addresses and domains on the list, each once however many callers name it at the same time; what stands there already
 * stays as it is. Publishes `contact.refused` for what is new.
 */
export async function refuseContact(
  ctx: Context,
  refusals: readonly Refusal[],
  how: { source: string; subjects?: readonly Subject[] },
): Promise<(DoNotContact & { isNew: boolean })[]> {
  if (refusals.length === 0) return []
  const keys = refusals.map(refusal => refusalKey(ctx, refusal))
  const stated = await ctx.db.query<Row & { key_hash: string; is_new: boolean }>(ADD, [
    ctx.orgId,
    refusals.map(() => newId()),
    refusals.map(({ kind }) => kind),
    keys,
    refusals.map(({ value }) => value),
    refusals.map(({ reason }) => reason),
    refusals.map(({ legalBasis }) => legalBasis ?? null),
    refusals.map(({ note }) => note ?? null),
    how.source,
    JSON.stringify(ctx.actor),
  ])
  for (const { id, kind, reason, is_new } of stated.rows) {
    if (is_new)
      await publish(ctx, contactRefused, {
        subjects: [{ type: 'do_not_contact', id }, ...(how.subjects ?? [])],
        payload: { entryId: id, kind, reason },
      })
  }
  const byKey = new Map(stated.rows.map(row => [row.key_hash, row]))
  return keys.map(key => {
    const row = byKey.get(key)
    if (!row) throw new Error('A refusal was neither found nor stored.')
    return { ...entryOf(row), isNew: row.is_new }
  })
}

/** Puts what a caller names on the list, with an answer for each. */
export async function addDoNotContact(
  ctx: Context,
  items: readonly NewEntry[],
): Promise<{ items: EntryOutcome[]; added: number; known: number }> {
  const entries = await refuseContact(
    ctx,
    items.map(({ email, domain, ...why }) => ({
      ...why,
      ...(email === undefined
        ? { kind: 'domain', value: domain ?? '' }
        : { kind: 'email', value: addressOf(email) }),
    })),
    { source: ctx.actor.type === 'user' ? 'person' : ctx.actor.type },
  )
  const added = entries.filter(({ isNew }) => isNew).length
  return {
    items: entries.map(({ isNew, ...entry }, index) => ({ index, entry, isNew, problem: null })),
    added,
    known: entries.length - added,
  }
}

/**
 * Takes an entry off the list; it and the reason stay on record. Throws `request.not_found`, and `crm.refusal_stays` for the
 * refusal of somebody who was erased: nobody knows any more whom to ask.
 */
export async function endDoNotContact(ctx: Context, entryId: string, note: string): Promise<void> {
  const found = await ctx.db.query<Row>(
    `select ${COLUMNS} from crm.do_not_contact d
     where d.org_id = $1 and d.id = $2 and d.ended_at is null for update`,
    [ctx.orgId, entryId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.value === null) throw crmErrors.refusal_stays()
  await ctx.db.query(
    `update crm.do_not_contact set ended_at = now(), ended_by = $3::jsonb, ended_note = $4
     where org_id = $1 and id = $2`,
    [ctx.orgId, entryId, JSON.stringify(ctx.actor), note],
  )
  await audit(ctx, {
    action: 'do_not_contact.ended',
    object: { type: 'do_not_contact', id: entryId },
    before: { reason: row.reason, legalBasis: row.legal_basis },
  })
  await publish(ctx, contactAllowed, {
    subjects: [{ type: 'do_not_contact', id: entryId }],
    payload: { entryId, kind: row.kind },
  })
}

function entryOf(row: Row): DoNotContact {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    reason: row.reason,
    legalBasis: row.legal_basis,
    source: row.source,
    note: row.note,
    actor: row.actor,
    createdAt: row.created_at.toISOString(),
  }
}
