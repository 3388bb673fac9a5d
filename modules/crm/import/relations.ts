import type { Context } from '#platform/context.ts'
import { isId } from '#platform/ids.ts'
import { normalizeEmail } from '../normalize/email.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { seenEntries } from '../search/find-entries.ts'
import { fold } from '../search/fold.ts'
import type { CellFault } from './cell-faults.ts'
import { domainOf } from './known-records.ts'
import type { MappedColumn, PartValues, ReadRow } from './read-row.ts'

/** The records that texts of cells name, by these texts. */
type Named = Map<string, Set<string>>

/**
 * Puts the ids of records in place of the texts that name them in columns of relations: an id, the e-mail address of a person, the
 * domain of a company, or the whole name. Only records in sight are found. A text that fits none or several is taken out of its row
 * and becomes a fault of it.
 */
export async function findRelations(
  ctx: Context,
  rows: readonly ReadRow[],
  columns: readonly MappedColumn[],
): Promise<readonly ReadRow[]> {
  const relations = columns.flatMap(({ column, field: { part, custom } }) =>
    custom?.relatesTo ? [{ column, part, key: custom.key, object: custom.relatesTo }] : [],
  )
  if (relations.length === 0) return rows
  const named = new Map<RecordObject, Named>()
  for (const [object, those] of Map.groupBy(relations, each => each.object)) {
    const texts = rows.flatMap(row => those.flatMap(({ part, key }) => customOf(row[part])[key] ?? []))
    named.set(object, await namedBy(ctx, object, new Set(texts.map(String))))
  }
  return rows.map(row => {
    const parts = { person: row.person, position: row.position, company: row.company }
    const faults = [...row.faults]
    for (const { column, part, key, object } of relations) {
      const { [key]: text, ...others } = customOf(parts[part])
      if (text === undefined) continue
      const [id, another] = named.get(object)?.get(String(text)) ?? []
      const fault: CellFault | null =
        id === undefined ? 'unknown_record' : another === undefined ? null : 'several_records'
      parts[part] = { ...parts[part], custom: fault === null ? { ...others, [key]: id } : others }
      if (fault !== null) faults.push({ column, fault, value: String(text) })
    }
    return { ...row, ...parts, faults }
  })
}

function customOf({ custom }: PartValues): Readonly<Record<string, unknown>> {
  return (custom ?? {}) as Readonly<Record<string, unknown>>
}

/** Asks one way after the other, the surest first: what an id or an address has said is not asked of names. */
async function namedBy(ctx: Context, object: RecordObject, texts: ReadonlySet<string>): Promise<Named> {
  const named: Named = new Map()
  for (const { keyOf, find } of WAYS[object]) {
    const byKey = new Map<string, string[]>()
    for (const text of texts) {
      const key = named.has(text) ? null : keyOf(text)
      if (key !== null) byKey.set(key, [...(byKey.get(key) ?? []), text])
    }
    if (byKey.size === 0) continue
    for (const { key, id } of await find(ctx, object, [...byKey.keys()]))
      for (const text of byKey.get(key) ?? []) named.set(text, (named.get(text) ?? new Set()).add(id))
  }
  return named
}

interface Found {
  readonly key: string
  readonly id: string
}

/** A way in which a text can name a record. */
interface Way {
  /** What is compared of a text, or null where it cannot be meant so. */
  readonly keyOf: (text: string) => string | null
  /** The records with one of these, of each at most two: more would say nothing else. */
  readonly find: (ctx: Context, object: RecordObject, keys: readonly string[]) => Promise<readonly Found[]>
}

const byId: Way = {
  keyOf: text => (isId(text.toLowerCase()) ? text.toLowerCase() : null),
  find: async (ctx, object, ids) => (await inSight(ctx, object, ids)).map(id => ({ key: id, id })),
}

const byEmail: Way = {
  keyOf: text => normalizeEmail(text)?.toLowerCase() ?? null,
  async find(ctx, object, emails) {
    // Positions come into sight with their people, who are not known before.
    const found = await ctx.db.unnarrowed(() =>
      ctx.db.query<Found>(
        `select o.email_key as key, o.person_id as id from crm.positions o
         where o.org_id = $1 and o.email_key = any($2::text[]) and o.deleted_at is null`,
        [ctx.orgId, emails],
      ),
    )
    const seen = new Set(
      await inSight(
        ctx,
        object,
        found.rows.map(({ id }) => id),
      ),
    )
    return found.rows.filter(({ id }) => seen.has(id))
  },
}

const byDomain: Way = {
  keyOf: text => (/[\s@]/.test(text) ? null : domainOf(text)),
  async find(ctx, _, domains) {
    const found = await ctx.db.query<Found>(
      `select wanted.key, c.id from unnest($2::text[]) wanted (key) cross join lateral (
         select c.id from crm.companies c where c.org_id = $1 and c.domain = wanted.key and c.deleted_at is null limit 2
       ) c`,
      [ctx.orgId, domains],
    )
    return found.rows
  },
}

const byName: Way = {
  keyOf: text => fold(text.replace(/\s+/gu, ' ')),
  async find(ctx, object, names) {
    const values: unknown[] = [ctx.orgId, names]
    const those = `select e.record_id from crm.search_entries e
      where e.org_id = $1 and e.object = '${object}'${seenEntries(ctx, object, values)}`
    // People are found with either name first.
    const other = object === 'person' ? `union (${those} and e.other_name = wanted.key limit 2)` : ''
    const found = await ctx.db.query<Found>(
      `select wanted.key, e.record_id as id from unnest($2::text[]) wanted (key) cross join lateral (
         (${those} and e.name = wanted.key limit 2) ${other}
       ) e`,
      values,
    )
    return found.rows
  },
}

const WAYS: Readonly<Record<RecordObject, readonly Way[]>> = {
  person: [byId, byEmail, byName],
  company: [byId, byDomain, byName],
  deal: [byId, byName],
}

async function inSight(ctx: Context, object: RecordObject, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const found = await ctx.db.query<{ id: string }>(
    `select id from ${RECORD_TABLE[object]} where org_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
    [ctx.orgId, ids],
  )
  return found.rows.map(({ id }) => id)
}
