import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { openRecords } from '#platform/owned.ts'
import type { RecordReference } from '#platform/references.ts'
import { customFieldsOf } from '../custom-fields/values.ts'
import type { RecordObject } from '../record-api.ts'
import { recordKinds } from '../record-kinds.ts'
import { PRIMARY_POSITION, readHeld } from './choices.ts'
import type { MergePreview } from './merge-api.ts'
import { isEmpty } from './mergeable.ts'

/** What people call the rows that move. */
const WORDS: Readonly<Record<string, string>> = {
  'crm.positions': 'Positions',
  'crm.deals': 'Deals',
  'crm.activity_links': 'Activities',
  'crm.attachments': 'Files',
  'crm.timeline_entries': 'Entries of the timeline',
  'crm.consents': 'Consents',
  'intake.leads': 'Leads',
}
/** Labels of what is several fields elsewhere. */
const LABELS: Readonly<Record<string, string>> = { address: 'Address', [PRIMARY_POSITION]: 'Main position' }
const COUNT_MAX = 10_000

/** Two records side by side, with what stays when nobody chooses. Throws `request.not_found`. */
export async function previewMerge(
  ctx: Context,
  object: RecordObject,
  keepId: string,
  otherId: string,
): Promise<MergePreview> {
  openRecords(ctx, object, [keepId, otherId])
  const records = await recordKinds[object].read(ctx, [keepId, otherId])
  const [keep, other] = [records.get(keepId), records.get(otherId)]
  if (!keep || !other || keepId === otherId) throw generalErrors.not_found()
  const held = await readHeld(ctx, object, keepId, otherId)
  const known = [...recordKinds[object].fields, ...(await customFieldsOf(ctx, object))]
  const labels = new Map(known.map(({ key, label }) => [key, label]))
  const positions = object === 'person' ? [primaryPosition(keep, other)] : []
  const fields = [...held, ...positions]
    .filter(field => !isEmpty(field.keep) || !isEmpty(field.other))
    .filter(({ key }) => !key.startsWith('custom.') || labels.has(key))
    .map(({ key, keep, other, choice }) => ({
      key,
      label: LABELS[key] ?? labels.get(key) ?? key,
      keep,
      other,
      choice,
    }))
  return {
    object,
    keep: headOf(keep),
    other: headOf(other),
    fields,
    moving: await countMoving(ctx, object, otherId),
  }
}

function headOf(record: { id: string; name: string } & Readonly<Record<string, unknown>>) {
  return { id: record.id, name: record.name, createdAt: String(record.createdAt) }
}

/** The primary position in one line: address, title and company go together. */
function primaryPosition(keep: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) {
  const line = ({ email, title, company }: Readonly<Record<string, unknown>>) => {
    const at = typeof company === 'object' && company !== null && 'name' in company ? company.name : null
    return [email, title, at].filter(part => typeof part === 'string' && part !== '').join(' · ') || null
  }
  const [mine, theirs] = [line(keep), line(other)]
  return {
    key: PRIMARY_POSITION,
    keep: mine,
    other: theirs,
    choice: mine === null && theirs !== null ? ('other' as const) : ('keep' as const),
  }
}

async function countMoving(
  ctx: Context,
  object: RecordObject,
  otherId: string,
): Promise<MergePreview['moving']> {
  const moving = ctx.kit.references.filter(
    ({ table, object: of, stays }) => !stays && WORDS[table] && (typeof of !== 'string' || of === object),
  )
  const counts = await Promise.all(moving.map(reference => countOf(ctx, reference, object, otherId)))
  return moving
    .map(({ table }, at) => ({ what: WORDS[table] ?? table, count: counts[at] ?? 0 }))
    .filter(({ count }) => count > 0)
}

async function countOf(
  ctx: Context,
  { table, column, object: of }: RecordReference,
  object: RecordObject,
  otherId: string,
): Promise<number> {
  const ofObject = typeof of === 'string' ? '' : ` and ${of.column} = '${object}'`
  const found = await ctx.db.query<{ count: number }>(
    `select count(*)::int as count from (
       select from ${table} where org_id = $1 and ${column} = $2${ofObject} limit ${COUNT_MAX}) counted`,
    [ctx.orgId, otherId],
  )
  return found.rows[0]?.count ?? 0
}
