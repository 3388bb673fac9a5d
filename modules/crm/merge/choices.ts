import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { type Choice, isEmpty, MERGE_FIELDS } from './mergeable.ts'

/** The name in choices of which primary position, and with it which address, title and company, stays the first. */
export const PRIMARY_POSITION = 'email'

/** Whose value stays, of everything there is to choose. */
export interface Chosen {
  /** Columns whose values come from the record that goes. */
  readonly columns: readonly string[]
  /** Keys of fields of the organization whose values come from there. */
  readonly custom: readonly string[]
  readonly primaryPosition: Choice
}

/** What two records hold and what stays when nobody chooses, by field; those of the organization as `custom.<key>`. */
export interface Held {
  readonly key: string
  readonly columns: readonly string[]
  readonly keep: unknown
  readonly other: unknown
  readonly choice: Choice
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string }

/** Both records' values of everything that can be chosen. */
export async function readHeld(
  ctx: Context,
  object: RecordObject,
  keepId: string,
  otherId: string,
): Promise<Held[]> {
  const found = await ctx.db.query<{ row: Row }>(
    `select to_jsonb(t) as row from ${RECORD_TABLE[object]} t where t.org_id = $1 and t.id = any($2::uuid[])`,
    [ctx.orgId, [keepId, otherId]],
  )
  const rowOf = (id: string): Readonly<Record<string, unknown>> =>
    found.rows.find(({ row }) => row.id === id)?.row ?? {}
  const [keep, other] = [rowOf(keepId), rowOf(otherId)]
  const built = MERGE_FIELDS[object].map(({ key, columns }) => {
    const [first = ''] = columns
    return held(key, columns, keep[first], other[first])
  })
  const custom = (row: Readonly<Record<string, unknown>>) => (row.custom ?? {}) as Record<string, unknown>
  const keys = [...new Set([...Object.keys(custom(keep)), ...Object.keys(custom(other))])].sort()
  return [...built, ...keys.map(key => held(`custom.${key}`, [], custom(keep)[key], custom(other)[key]))]
}

function held(key: string, columns: readonly string[], keep: unknown, other: unknown): Held {
  const choice: Choice = isEmpty(keep) && !isEmpty(other) ? 'other' : 'keep'
  return { key, columns, keep: keep ?? null, other: other ?? null, choice }
}

/** What stays of two records, by what somebody chose and else by default. Throws `request.invalid` for a field nobody knows. */
export async function readChoices(
  ctx: Context,
  object: RecordObject,
  keepId: string,
  otherId: string,
  choices: Readonly<Record<string, Choice>>,
): Promise<Chosen> {
  const fields = await readHeld(ctx, object, keepId, otherId)
  const known = new Set([...fields.map(({ key }) => key), ...(object === 'person' ? [PRIMARY_POSITION] : [])])
  const unknown = Object.keys(choices).filter(key => !known.has(key) && !key.startsWith('custom.'))
  if (unknown.length > 0)
    throw generalErrors.invalid({
      errors: unknown.map(key => ({
        in: 'body',
        pointer: `/choices/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        code: 'unknown_field',
        message: 'There is no such field to choose.',
      })),
    })
  const chosen = fields.filter(({ key, choice }) => (choices[key] ?? choice) === 'other')
  return {
    columns: chosen.flatMap(({ columns }) => columns),
    custom: chosen
      .filter(({ key }) => key.startsWith('custom.'))
      .map(({ key }) => key.slice('custom.'.length)),
    primaryPosition: choices[PRIMARY_POSITION] ?? 'keep',
  }
}
