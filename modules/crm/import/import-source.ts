import { activeMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { sightOf } from '#platform/owned.ts'
import { foldCell } from './fold.ts'
import { type Dialect, ImportPolicy } from './import-api.ts'
import { type ImportField, importFields } from './import-fields.ts'
import type { ImportRow } from './imports.ts'
import type { PlanSettings } from './plan.ts'
import { type MappedColumn, mappedColumns, type ReadRow, readRow } from './read-row.ts'
import { type FileRow, type Place, readRows } from './rows.ts'
import { spoolPath, textOf } from './spool.ts'

/** Everything that reading the rows of an import needs, found out once for a turn of work. */
export interface ImportSource {
  readonly dialect: Dialect
  readonly columns: readonly MappedColumn[]
  readonly fields: readonly ImportField[]
  readonly settings: PlanSettings
  readonly width: number
  readonly members: ReadonlyMap<string, string>
  readonly path: string
  /** Where the rows begin; the heading is read from here too. */
  readonly start: Place
}

/** Finds out how the rows of an import are read. Throws when its file is not there. */
export async function openSource(ctx: Context, row: ImportRow): Promise<ImportSource> {
  const dialect = row.dialect as Dialect
  const { isRemembered: _, ...given } = row.policy
  const policy = ImportPolicy.parse(given)
  const fields = await importFields(ctx, row.object)
  const text = await textOf(spoolPath(ctx.kit, 'imports', ctx.orgId, row.id), dialect.encoding)
  return {
    dialect,
    fields,
    columns: mappedColumns(row.mapping, fields),
    settings: { object: row.object, policy, ownerUserId: ownerOf(ctx, policy) },
    width: row.columns.length,
    members: await membersOf(ctx),
    path: text.path,
    start: { byte: text.start, line: text.start > 3 ? 2 : 1 },
  }
}

/** Whoever sees their own records only owns what they bring, or would not see it afterwards. */
function ownerOf(ctx: Context, { ownerUserId }: ImportPolicy): string | null {
  if (ownerUserId !== null || !sightOf(ctx, 'person')) return ownerUserId
  return ctx.actor.type === 'user' ? ctx.actor.userId : (sightOf(ctx, 'person')?.owners[0] ?? null)
}

/** Active members by name, address and id, as cells name them; of those who are seen in part, whom they may give records to. */
async function membersOf(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const sight = sightOf(ctx, 'person')
  const members = (await activeMembers(ctx)).filter(({ userId }) => !sight || sight.owners.includes(userId))
  const named = (name: string) => members.filter(each => foldCell(each.name) === foldCell(name)).length === 1
  return new Map(
    members.flatMap(({ userId, name, email }): [string, string][] => [
      [userId, userId],
      [foldCell(email), userId],
      // Of two people of one name nobody knows which is meant.
      ...(named(name) ? [[foldCell(name), userId] as [string, string]] : []),
    ]),
  )
}

/** The rows of a file from a place on, a part at a time and without the heading. */
export async function* sourceRows(
  source: ImportSource,
  from: Place | null,
  size: number,
): AsyncGenerator<FileRow[]> {
  let isFirst = from === null && source.dialect.hasHeader
  for await (const rows of readRows(source.path, source.dialect.delimiter, from ?? source.start, size)) {
    const body = isFirst ? rows.slice(1) : rows
    isFirst = false
    if (body.length > 0) yield body
  }
}

/** Reads rows as values. */
export function readAll(source: ImportSource, rows: readonly FileRow[]): ReadRow[] {
  return rows.map(row => readRow(row, source.columns, source.width, source.members))
}
