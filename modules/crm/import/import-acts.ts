import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import type { RouteInput } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import { sightOf } from '#platform/owned.ts'
import { beginChangeSet, endChangeSet } from '../change-sets.ts'
import { changeField } from '../custom-fields/fields.ts'
import { crmErrors } from '../errors.ts'
import { given, wrong } from '../record-values.ts'
import { optionOf } from './cell-values.ts'
import { requestCheck } from './check-request.ts'
import { signatureOf } from './guess.ts'
import type { ColumnMapping, changeImport as changeImportRoute, Dialect, ImportStatus } from './import-api.ts'
import { type ImportField, importFields } from './import-fields.ts'
import { type ImportRow, readImport, tellProgress } from './imports.ts'
import { requestRun } from './run-import.ts'
import { removeSpooled, spoolPath } from './spool.ts'
import { columnsIn } from './upload.ts'

async function inState(ctx: Context, importId: string, ...states: ImportStatus[]): Promise<ImportRow> {
  const row = await readImport(ctx, importId, true)
  if (!states.includes(row.status)) throw crmErrors.import_state()
  return row
}

/**
 * Changes how a file is read and what its columns are, and has it checked anew. Another dialect or object reads the columns anew.
 * Throws `request.not_found`, `crm.import_state`, `request.invalid`, `crm.import_no_table`.
 */
export async function changeImport(
  ctx: Context,
  importId: string,
  choices: RouteInput<typeof changeImportRoute>['body'],
): Promise<void> {
  const row = await inState(ctx, importId, 'mapping')
  const object = choices.object ?? row.object
  const dialect = { ...(row.dialect as Dialect), ...given(choices.dialect ?? {}) } as Dialect
  const isReadAnew = choices.dialect !== undefined || object !== row.object
  const anew = isReadAnew ? await columnsIn(ctx, row, object, dialect) : null
  const columns = anew?.columns.map(({ values: _, ...column }) => column) ?? row.columns
  const mapping = choices.mapping ?? anew?.mapping ?? row.mapping
  checkMapping(mapping, columns.length, await importFields(ctx, object))
  if (choices.policy) await checkPolicy(ctx, choices.policy)
  const policy = {
    ...row.policy,
    ...given(choices.policy ?? {}),
    ...(choices.mapping || anew ? { isRemembered: anew?.isRemembered ?? false } : {}),
  }
  await ctx.db.query(
    `update crm.imports set object = $3, dialect = $4, columns = $5, mapping = $6, policy = $7
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      importId,
      object,
      JSON.stringify(dialect),
      JSON.stringify(columns),
      JSON.stringify(mapping),
      JSON.stringify(policy),
    ],
  )
  await requestCheck(ctx, importId)
}

function checkMapping(
  mapping: readonly ColumnMapping[],
  width: number,
  fields: readonly ImportField[],
): void {
  const byKey = new Map(fields.map(field => [field.key, field]))
  const taken = new Set<string>()
  const columns = new Set<number>()
  for (const [at, { column, field }] of mapping.entries()) {
    const pointer = `/mapping/${at}`
    if (column >= width || columns.has(column))
      throw wrong(`${pointer}/column`, 'unknown_column', 'There is no such column.')
    columns.add(column)
    if (field === null) continue
    const known = byKey.get(field)
    if (!known) throw wrong(`${pointer}/field`, 'unknown_field', 'There is no such field.')
    const isList = known.kind === 'tags' || known.kind === 'phones'
    if (taken.has(field) && !isList)
      throw wrong(`${pointer}/field`, 'repeated', `Two columns cannot both be ${known.label}.`)
    taken.add(field)
  }
}

/** Whoever sees their own records only cannot make some that they would not see. */
async function checkPolicy(
  ctx: Context,
  { ownerUserId }: { readonly ownerUserId?: string | null | undefined },
): Promise<void> {
  if (ownerUserId == null) return
  const [member] = await nameMembers(ctx, [ownerUserId])
  const sight = sightOf(ctx, 'person') ?? sightOf(ctx, 'company')
  if (member?.status === 'active' && (!sight || sight.owners.includes(ownerUserId))) return
  throw wrong('/policy/ownerUserId', 'not_there', 'Choose an active member whose records you see.')
}

/**
 * Begins to take a file in. Throws `crm.import_unchecked` while the whole of it has not been checked with the choices of now or
 * cannot be read, and `crm.import_date_order` while nobody has said what its dates mean.
 */
export async function startImport(ctx: Context, importId: string): Promise<void> {
  const row = await inState(ctx, importId, 'mapping')
  const { findings, mapping } = row
  if (findings?.revision !== row.revision || findings.state === 'running') throw crmErrors.import_unchecked()
  if (findings.state === 'failed')
    throw crmErrors.import_unchecked({ detail: `Nothing was taken in. ${findings.failure ?? ''}` })
  const fields = await importFields(ctx, row.object)
  if (mapping.some(each => each.dateOrder === null && isDay(each, fields)))
    throw crmErrors.import_date_order()
  if (!mapping.some(({ field }) => field !== null))
    throw wrong('/mapping', 'nothing_mapped', 'Say for at least one column what it is.')
  await addOptions(ctx, row, fields)
  await remember(ctx, row)
  const changeSetId = await beginChangeSet(ctx, {
    kind: 'import',
    object: row.object,
    title: `Imported ${row.file_name}`,
    total: findings.rows,
  })
  await ctx.db.query(
    `update crm.imports set status = 'running', change_set_id = $3, rows_total = $4, started_at = now()
     where org_id = $1 and id = $2`,
    [ctx.orgId, importId, changeSetId, findings.rows],
  )
  await requestRun(ctx, importId)
  tellProgress(ctx, importId)
}

function isDay({ field }: ColumnMapping, fields: readonly ImportField[]): boolean {
  const known = fields.find(({ key }) => key === field)
  return known?.kind === 'date' || known?.custom?.kind === 'date'
}

/** The values that somebody wants to be options of their field become options. */
async function addOptions(ctx: Context, row: ImportRow, fields: readonly ImportField[]): Promise<void> {
  for (const { column, field: key, unknownOption } of row.mapping) {
    const custom = fields.find(field => field.key === key)?.custom
    if (unknownOption !== 'add' || !custom) continue
    const found = row.findings?.unknownOptions.find(each => each.column === column)?.values ?? []
    const fresh = found.filter(value => optionOf(custom, value) === null)
    if (fresh.length === 0) continue
    const options = [
      ...custom.options.map(option => ({ ...option })),
      ...fresh.map(label => ({ label, color: 'neutral' as const, isArchived: false })),
    ]
    await changeField(ctx, custom.id, { options }, null)
  }
}

async function remember(ctx: Context, row: ImportRow): Promise<void> {
  if (!(row.dialect as Dialect).hasHeader) return
  await ctx.db.query(
    `insert into crm.import_mappings (org_id, object, signature, mapping) values ($1, $2, $3, $4)
     on conflict (org_id, object, signature) do update set mapping = excluded.mapping`,
    [ctx.orgId, row.object, signatureOf(row.columns), JSON.stringify(row.mapping)],
  )
}

/** Stops taking in until it is resumed. Throws `crm.import_state`. */
export async function pauseImport(ctx: Context, importId: string): Promise<void> {
  await inState(ctx, importId, 'running')
  await setStatus(ctx, importId, 'paused')
}

/** Goes on taking in, also after something went wrong on our side. Throws `crm.import_state`. */
export async function resumeImport(ctx: Context, importId: string): Promise<void> {
  await inState(ctx, importId, 'paused')
  await setStatus(ctx, importId, 'running')
  await requestRun(ctx, importId)
}

/** Takes in nothing more. What was taken in stays and can be undone; a file that was not begun with goes. */
export async function cancelImport(ctx: Context, importId: string): Promise<void> {
  const row = await inState(ctx, importId, 'uploading', 'mapping', 'running', 'paused')
  await ctx.db.query(
    `update crm.imports set status = 'cancelled', finished_at = now() where org_id = $1 and id = $2`,
    [ctx.orgId, importId],
  )
  if (row.change_set_id !== null) await endChangeSet(ctx, row.change_set_id, 'cancelled')
  else {
    const path = spoolPath(ctx.kit, 'imports', ctx.orgId, importId)
    ctx.db.afterCommit(() => void removeSpooled(path))
  }
  tellProgress(ctx, importId)
}

async function setStatus(ctx: Context, importId: string, status: ImportStatus): Promise<void> {
  const changed = await ctx.db.query('update crm.imports set status = $3 where org_id = $1 and id = $2', [
    ctx.orgId,
    importId,
    status,
  ])
  if (changed.rowCount === 0) throw generalErrors.not_found()
  tellProgress(ctx, importId)
}
