import { z } from 'zod'
import { type Actor, type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineJob, enqueue, RetryLater } from '#platform/jobs/kinds.ts'
import { advanceChangeSet, beginChangeSet, endChangeSet } from '../change-sets.ts'
import { noteChanges } from '../changes.ts'
import { crmErrors } from '../errors.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import type { FieldDefinition } from './definitions.ts'
import { getField, lockField, tellChange } from './fields.ts'
import { indexCustomValues } from './index-values.ts'

/** Records of one transaction. */
const PART = 500
const SLICE_MS = 5 * 60_000

/**
 * How many records have a value in a field, and for a select in each option; deleted records that can be restored among them. Throws
 * `request.not_found`.
 */
export async function countUse(
  ctx: Context,
  fieldId: string,
): Promise<{ records: number; options: { value: string; records: number }[] }> {
  const { value: field } = await getField(ctx, fieldId)
  const isSelect = field.options.length > 0
  const [all, each] = await Promise.all([
    ctx.db.query<{ records: number }>(
      'select count(*)::int as records from crm.custom_values where org_id = $1 and field_id = $2 and ordinal = 0',
      [ctx.orgId, fieldId],
    ),
    isSelect
      ? ctx.db.query<{ value: string; records: number }>(
          `select text_key as value, count(*)::int as records from crm.custom_values
           where org_id = $1 and field_id = $2 and text_key is not null group by text_key`,
          [ctx.orgId, fieldId],
        )
      : { rows: [] },
  ])
  return { records: all.rows[0]?.records ?? 0, options: each.rows }
}

/**
 * Deletes a field. One that records have values in only with `deleteValues`: it is closed at once, and a job takes the values away as
 * one act, whose id is given. That act cannot be taken back; the history of the records keeps the values. Throws
 * `request.not_found`, `crm.field_has_values` and `crm.field_being_deleted`.
 */
export async function deleteField(
  ctx: Context,
  fieldId: string,
  deleteValues: boolean,
): Promise<string | null> {
  const field = await lockField(ctx, fieldId)
  if (field.deletingAt !== null) throw crmErrors.field_being_deleted()
  const { records } = await countUse(ctx, fieldId)
  if (records === 0) {
    await dropField(ctx, field)
    return null
  }
  if (!deleteValues)
    throw crmErrors.field_has_values({
      detail: `Nothing was deleted. ${records === 1 ? '1 record has' : `${records} records have`} a value in “${field.label}”. Archive it to keep them, or delete it with deleteValues=true.`,
    })
  const changeSetId = await beginChangeSet(ctx, {
    kind: 'delete',
    object: field.object,
    title: `Deleted the field “${field.label}”`,
    total: records,
  })
  ctx.db.send('update crm.change_sets set undo_until = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    changeSetId,
  ])
  await ctx.db.query('update crm.custom_fields set deleting_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    fieldId,
  ])
  await tellChange(ctx, 'deleting', field, field)
  await enqueue(ctx, takeValuesAway, { key: changeSetId, payload: { fieldId, changeSetId } })
  return changeSetId
}

async function dropField(ctx: Context, field: FieldDefinition): Promise<void> {
  await ctx.db.query('delete from crm.custom_fields where org_id = $1 and id = $2', [ctx.orgId, field.id])
  await tellChange(ctx, 'deleted', field, null)
}

/** Takes the values of a field out of the records, part by part, and then the field itself. */
export const takeValuesAway = defineJob({
  kind: 'crm.delete_field_values',
  payload: z.strictObject({ fieldId: Id, changeSetId: Id }),
  attemptsMax: 10,
  timeoutMs: SLICE_MS,
  async run({ kit, orgId, payload, signal }) {
    while (await takePart(kit, orgId, payload))
      // What was taken stays taken; another turn goes on from there.
      if (signal.aborted) throw new RetryLater('There is more to do than one turn has time for.', 0)
  },
})

interface Deletion {
  readonly fieldId: string
  readonly changeSetId: string
}

/** Takes the values out of some records; says whether there may be more. A field whose deletion was stopped is open again. */
async function takePart(kit: Kit, orgId: string, { fieldId, changeSetId }: Deletion): Promise<boolean> {
  const actor = { type: 'system', name: 'crm' } as const
  return inOrganization(kit, { orgId, actor }, async system => {
    const act = await system.db.query<{ status: string; actor: Actor }>(
      'select status, actor from crm.change_sets where org_id = $1 and id = $2 for update',
      [orgId, changeSetId],
    )
    const ctx: Context = { ...system, actor: act.rows[0]?.actor ?? actor }
    const there = await ctx.db.query('select 1 from crm.custom_fields where org_id = $1 and id = $2', [
      orgId,
      fieldId,
    ])
    if (there.rowCount === 0) return false
    const field = await lockField(ctx, fieldId)
    if (act.rows[0]?.status !== 'running') {
      await ctx.db.query('update crm.custom_fields set deleting_at = null where org_id = $1 and id = $2', [
        orgId,
        fieldId,
      ])
      await tellChange(ctx, 'restored', field, { ...field, deletingAt: null })
      return false
    }
    const taken = await takeFrom(ctx, field, changeSetId)
    if (taken > 0) {
      await advanceChangeSet(ctx, changeSetId, { done: taken, failures: [] })
      return true
    }
    await endChangeSet(ctx, changeSetId, 'done')
    await dropField(ctx, field)
    return false
  })
}

async function takeFrom(ctx: Context, field: FieldDefinition, changeSetId: string): Promise<number> {
  const table = RECORD_TABLE[field.object]
  const next = await ctx.db.query<{ id: string }>(
    `select distinct v.record_id as id from (
       select record_id from crm.custom_values where org_id = $1 and field_id = $2 limit ${PART}
     ) v`,
    [ctx.orgId, field.id],
  )
  const ids = next.rows.map(row => row.id)
  const found = await ctx.db.query<{ id: string; value: unknown }>(
    `select r.id, r.custom -> $3::text as value from ${table} r
     where r.org_id = $1 and r.id = any($2::uuid[]) order by r.id for update`,
    [ctx.orgId, ids, field.key],
  )
  await ctx.db.query(
    `update ${table} set custom = custom - $3::text where org_id = $1 and id = any($2::uuid[])`,
    [ctx.orgId, ids, field.key],
  )
  const name = `custom.${field.key}`
  noteChanges(
    ctx,
    field.object,
    found.rows.map(({ id, value }) => ({
      recordId: id,
      action: 'updated' as const,
      before: { [name]: value },
      after: { [name]: null },
    })),
    { changeSetId, source: 'field_deleted' },
  )
  // What is indexed of records that are gone goes too.
  indexCustomValues(ctx, field.object, ids)
  return ids.length
}
