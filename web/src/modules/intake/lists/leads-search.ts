import { Id } from '#platform/contract/fields.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { both, isFilter, readable, resolved } from '../../crm/list/filter-model.ts'
import type { ListFields } from '../../crm/list/use-list-fields.ts'

/** What stands in the address of the leads: whose board it is, and what of it is looked at. */
export interface LeadsSearch {
  /** The id of the workflow whose leads are shown. */
  readonly workflow?: string | undefined
  readonly view?: 'list' | undefined
  readonly whose?: 'mine' | undefined
  readonly filter?: Filter | undefined
  readonly q?: string | undefined
  /** The order of the list, `-createdAt`. */
  readonly sort?: string | undefined
  /** What stands beside the leads. */
  readonly panel?: 'columns' | 'assignment' | 'deleted' | 'changes' | undefined
}

const oneOf = <T extends string>(value: unknown, options: readonly T[]): T | undefined =>
  options.find(option => option === value)

/** Reads the search of an address, whoever wrote it: what cannot be read is left out. */
export function leadsSearch(search: Readonly<Record<string, unknown>>): LeadsSearch {
  const workflow = Id.safeParse(search.workflow)
  const { q, sort } = search
  const said: LeadsSearch = {
    workflow: workflow.success ? workflow.data : undefined,
    view: oneOf(search.view, ['list'] as const),
    whose: oneOf(search.whose, ['mine'] as const),
    filter: isFilter(search.filter) ? search.filter : undefined,
    q: typeof q === 'string' || typeof q === 'number' ? String(q).slice(0, 200) || undefined : undefined,
    sort: typeof sort === 'string' && /^-?[a-zA-Z]{1,40}$/.test(sort) ? sort : undefined,
    panel: oneOf(search.panel, ['columns', 'assignment', 'deleted', 'changes'] as const),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

const WORDS_MAX = 5

/**
 * The filter of an address as the API takes it: `me` and days are the reader's, every word that is looked for stands in the name or the
 * address, and conditions on fields that are not there any more are left out. Undefined for none.
 */
export function filterAsked(
  { filter, q = '' }: Pick<LeadsSearch, 'filter' | 'q'>,
  { byKey }: Pick<ListFields, 'byKey'>,
  reader: { userId: string; now: number },
): string | undefined {
  const known = readable(filter ?? null, byKey).filter
  const words = q.trim().split(/\s+/).filter(Boolean).slice(0, WORDS_MAX)
  const found = words.map(
    (word): Filter => ({
      any: ['name', 'email'].map(field => ({ field, op: 'contains', value: word })),
    }),
  )
  const asked = both(resolved(known, byKey, reader), ...found)
  return asked === null ? undefined : JSON.stringify(asked)
}
