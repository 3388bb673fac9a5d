import type { Context } from '#platform/context.ts'
import type { RecordReference } from '#platform/references.ts'
import type { RecordObject } from '../record-api.ts'

/** Two records of one object on their way to become one. */
export interface Merging {
  readonly object: RecordObject
  /** The record that stays. */
  readonly keepId: string
  /** The record that goes. */
  readonly otherId: string
  readonly changeSetId: string
}

/**
 * Writes down rows as they are before they are touched, and as they will be. One statement for each table and no row comes here:
 * a company may have a hundred thousand of them.
 */
export class Steps {
  readonly #ctx: Context
  readonly #merging: Merging
  #count = 0

  constructor(ctx: Context, merging: Merging) {
    this.#ctx = ctx
    this.#merging = merging
  }

  /**
   * Stores steps. `rows` is what stands after `from`, with the table as `t`; `key`, `before` and `after` are expressions of jsonb over
   * it. $1 is the organization, $2 the record that goes, $3 the one that stays; further values follow from $4 on. Gives how many.
   */
  async store(
    table: string,
    parts: { key: string; before: string; after: string; rows: string },
    values: readonly unknown[] = [],
  ): Promise<number> {
    const { object, keepId, otherId, changeSetId } = this.#merging
    const at = 4 + values.length
    const stored = await this.#ctx.db.query(
      `insert into crm.merge_rows (org_id, change_set_id, number, object, record_id, table_name, row_key, before, after)
       select $1, $${at}::uuid, $${at + 1}::int + row_number() over (), $${at + 2}, $3::uuid, $${at + 3}, ${parts.key}, ${parts.before}, ${parts.after}
       from ${parts.rows} and $2::uuid is not null`,
      [this.#ctx.orgId, otherId, keepId, ...values, changeSetId, this.#count, object, table],
    )
    const count = stored.rowCount ?? 0
    this.#count += count
    return count
  }

  /** Runs a statement over the same parameters as `store`. */
  async write(text: string, values: readonly unknown[] = []): Promise<void> {
    const { keepId, otherId } = this.#merging
    await this.#ctx.db.query(text, [this.#ctx.orgId, otherId, keepId, ...values])
  }
}

/** SQL of a JSON object with these columns of `t`. */
export function columnsOf(names: readonly string[]): string {
  return `jsonb_build_object(${names.map(name => `'${name}', t.${name}`).join(', ')})`
}

/** Moves the rows that name the record that goes to the one that stays; a row that would be there twice goes. */
export async function moveReference(
  steps: Steps,
  object: RecordObject,
  reference: RecordReference,
): Promise<void> {
  const { table, column, isTouched, subjects } = reference
  if (reference.inJson) return moveSubjects(steps, object, reference)
  const ofObject =
    typeof reference.object === 'string' ? '' : ` and t.${reference.object.column} = '${object}'`
  const mine = `${table} t where t.org_id = $1 and t.${column} = $2::uuid${ofObject}`
  if (reference.uniqueBy) {
    const same = reference.uniqueBy.map(name => `same.${name} = t.${name}`).join(' and ')
    const doubled = `${mine} and exists (select 1 from ${table} same where same.org_id = $1 and same.${column} = $3::uuid and ${same})`
    const gone = await steps.store(table, {
      key: columnsOf(reference.key),
      before: 'to_jsonb(t)',
      after: 'null::jsonb',
      rows: doubled,
    })
    if (gone > 0) await steps.write(`delete from ${doubled}`)
  }
  const renamed = subjects ? [`'${subjects}', replace(t.${subjects}::text, $2::text, $3::text)::jsonb`] : []
  const after = [`'${column}', $3::uuid`, ...renamed, ...(isTouched ? [`'updated_at', now()`] : [])]
  const changed = [column, ...(subjects ? [subjects] : []), ...(isTouched ? ['updated_at'] : [])]
  const key = reference.key.map(name => `'${name}', ${name === column ? '$3::uuid' : `t.${name}`}`)
  const moved = await steps.store(table, {
    key: `jsonb_build_object(${key.join(', ')})`,
    before: columnsOf(changed),
    after: `jsonb_build_object(${after.join(', ')})`,
    rows: mine,
  })
  if (moved === 0) return
  const sets = [
    `${column} = $3::uuid`,
    ...(subjects ? [`${subjects} = replace(t.${subjects}::text, $2::text, $3::text)::jsonb`] : []),
    ...(isTouched ? ['updated_at = now()'] : []),
  ]
  await steps.write(
    `update ${table} t set ${sets.join(', ')} where t.org_id = $1 and t.${column} = $2::uuid${ofObject}`,
  )
}

async function moveSubjects(
  steps: Steps,
  object: RecordObject,
  { table, column, key }: RecordReference,
): Promise<void> {
  const rows = `${table} t where t.org_id = $1 and t.${column} @> jsonb_build_array(jsonb_build_object('type', '${object}', 'id', $2::uuid))`
  const renamed = `replace(t.${column}::text, $2::text, $3::text)::jsonb`
  const moved = await steps.store(table, {
    key: columnsOf(key),
    before: columnsOf([column, 'updated_at']),
    after: `jsonb_build_object('${column}', ${renamed}, 'updated_at', now())`,
    rows,
  })
  if (moved > 0)
    await steps.write(
      `update ${rows.replace(' where ', ` set ${column} = ${renamed}, updated_at = now() where `)}`,
    )
}
