import type { Context } from '#platform/context.ts'
import { type ListShape, readList } from '#platform/filter/list.ts'
import { type SeenCondition, seenCondition } from '#platform/owned.ts'
import { seenCompanies } from '../companies.ts'
import { COMPANY_LIST } from '../company-fields.ts'
import { withCustomFields } from '../custom-fields/values.ts'
import { dealShape } from '../deals/deal-fields.ts'
import { openPeople } from '../people.ts'
import { PERSON_LIST, PERSON_ROWS } from '../person-fields.ts'
import type { RecordObject } from '../record-api.ts'

/** The rows that a list gives under a filter, as parts of a statement: the same ones, whatever is asked of them. */
export interface ListRows {
  /** What stands after `from`, conditions included. */
  readonly sql: string
  readonly values: readonly unknown[]
  readonly shape: ListShape
}

interface Source {
  readonly from: string
  readonly alias: string
  readonly seen: (ctx: Context, filter: string | undefined) => Promise<SeenCondition>
  readonly shape: (ctx: Context) => Promise<ListShape>
}

const SOURCES: Readonly<Record<RecordObject, Source>> = {
  person: {
    from: PERSON_ROWS,
    alias: 'p',
    seen: ctx => openPeople(ctx, 2),
    shape: ctx => withCustomFields(ctx, 'person', PERSON_LIST, 'p.id'),
  },
  company: {
    from: 'crm.companies c',
    alias: 'c',
    seen: (ctx, filter) => seenCompanies(ctx, filter, 2),
    shape: ctx => withCustomFields(ctx, 'company', COMPANY_LIST, 'c.id'),
  },
  deal: {
    from: 'crm.deals d',
    alias: 'd',
    seen: async ctx => seenCondition(ctx, 'deal', 'd', 2),
    shape: dealShape,
  },
}

/** The rows of a list under a filter. Throws `request.invalid`. */
export async function listRows(
  ctx: Context,
  object: RecordObject,
  filter: string | undefined,
): Promise<ListRows> {
  const { from, alias, ...source } = SOURCES[object]
  const seen = await source.seen(ctx, filter)
  const shape = await source.shape(ctx)
  const list = readList(shape, { filter, limit: 1 }, [ctx.orgId, ...seen.values])
  return {
    sql: `${from} where ${alias}.org_id = $1 and ${alias}.deleted_at is null${seen.sql}${list.where}`,
    // The last one is the limit, which stands in the order alone.
    values: list.values.slice(0, -1),
    shape,
  }
}
