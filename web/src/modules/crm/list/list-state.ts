import { type View, ViewSettings } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { isFilter } from './filter-model.ts'

export type ListType = 'table' | 'board' | 'calendar'
export type Density = 'compact' | 'comfortable'

export interface ListColumn {
  readonly key: string
  /** In pixels; the natural width when left out. */
  readonly width?: number | undefined
  readonly total?: 'none' | 'sum' | 'average' | 'filled' | 'empty' | undefined
}

/** How a list is looked at. */
export interface ListState {
  readonly type: ListType
  readonly filter: Filter | null
  readonly search: string
  /** As the API takes it, `-score,name`; empty for the list's own order. */
  readonly sort: string
  readonly groupBy: string | null
  readonly collapsed: readonly string[]
  /** Null for the columns the list has by itself. */
  readonly columns: readonly ListColumn[] | null
  readonly density: Density
  readonly boardField: string | null
  readonly calendarField: string | null
  readonly pipelineId: string | null
}

export const plainState: ListState = {
  type: 'table',
  filter: null,
  search: '',
  sort: '',
  groupBy: null,
  collapsed: [],
  columns: null,
  density: 'compact',
  boardField: null,
  calendarField: null,
  pipelineId: null,
}

/** What stands in the address of a list: the view it begins with, and what of it is looked at in another way. */
export interface ListSearch {
  readonly view?: string | undefined
  readonly type?: ListType | undefined
  /** A filter, or `none` for the view without its own. */
  readonly filter?: Filter | 'none' | undefined
  readonly q?: string | undefined
  readonly sort?: string | undefined
  readonly group?: string | undefined
  readonly shut?: readonly string[] | undefined
  readonly cols?: string | undefined
  readonly density?: Density | undefined
  readonly board?: string | undefined
  readonly date?: string | undefined
  readonly pipeline?: string | undefined
  /** The month of a calendar, `2026-11`. */
  readonly month?: string | undefined
}

const NOTHING = 'none'

const text = (value: unknown, max = 2_000): string | undefined =>
  typeof value === 'string' && value.length <= max
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined
const oneOf = <T extends string>(value: unknown, options: readonly T[]): T | undefined =>
  options.find(option => option === value)

/** Reads the search of an address, whoever wrote it: what cannot be read is left out. */
export function listSearch(search: Readonly<Record<string, unknown>>): ListSearch {
  const { filter, shut } = search
  return withoutUndefined({
    view: text(search.view, 60),
    type: oneOf(search.type, ['table', 'board', 'calendar'] as const),
    filter: filter === NOTHING ? NOTHING : isFilter(filter) ? filter : undefined,
    q: text(search.q, 200),
    sort: text(search.sort, 200),
    group: text(search.group, 120),
    shut: Array.isArray(shut) ? shut.filter(each => typeof each === 'string').slice(0, 200) : undefined,
    cols: text(search.cols, 8_000),
    density: oneOf(search.density, ['compact', 'comfortable'] as const),
    board: text(search.board, 120),
    date: text(search.date, 120),
    pipeline: text(search.pipeline, 60),
    month: /^\d{4}-(0[1-9]|1[0-2])$/.test(String(search.month)) ? String(search.month) : undefined,
  })
}

/** What a saved view says, on top of what a list has by itself. */
export function stateOfView(view: Pick<View, 'type' | 'settings'> | undefined): ListState {
  if (!view) return plainState
  const { settings } = view
  return {
    type: view.type,
    filter: filterOfText(settings.filter),
    search: settings.search ?? '',
    sort: settings.sort ?? '',
    groupBy: settings.groupBy ?? null,
    collapsed: settings.collapsed ?? [],
    columns: settings.columns ?? null,
    density: settings.density ?? plainState.density,
    boardField: settings.boardField ?? null,
    calendarField: settings.calendarField ?? null,
    pipelineId: settings.pipelineId ?? null,
  }
}

/** What is looked at: the view, and what the address says otherwise. */
export function stateOf(base: ListState, search: ListSearch): ListState {
  const said = (value: string | undefined, other: string | null) =>
    value === undefined ? other : value === NOTHING ? null : value
  return {
    type: search.type ?? base.type,
    filter: search.filter === undefined ? base.filter : search.filter === NOTHING ? null : search.filter,
    search: search.q ?? base.search,
    sort: search.sort === undefined ? base.sort : search.sort === NOTHING ? '' : search.sort,
    groupBy: said(search.group, base.groupBy),
    collapsed: search.shut ?? base.collapsed,
    columns: search.cols === undefined ? base.columns : columnsOfText(search.cols),
    density: search.density ?? base.density,
    boardField: said(search.board, base.boardField),
    calendarField: said(search.date, base.calendarField),
    pipelineId: said(search.pipeline, base.pipelineId),
  }
}

/** The address of a state: what differs from the view it begins with, and nothing else. */
export function searchOfState(base: ListState, state: ListState): ListSearch {
  const differs = <K extends keyof ListState>(key: K) =>
    JSON.stringify(base[key]) !== JSON.stringify(state[key])
  const word = (key: 'groupBy' | 'boardField' | 'calendarField' | 'pipelineId') =>
    differs(key) ? (state[key] ?? NOTHING) : undefined
  return withoutUndefined({
    type: differs('type') ? state.type : undefined,
    filter: differs('filter') ? (state.filter ?? NOTHING) : undefined,
    q: differs('search') ? state.search : undefined,
    sort: differs('sort') ? state.sort || NOTHING : undefined,
    group: word('groupBy'),
    shut: differs('collapsed') ? state.collapsed : undefined,
    cols: differs('columns') ? textOfColumns(state.columns) : undefined,
    density: differs('density') ? state.density : undefined,
    board: word('boardField'),
    date: word('calendarField'),
    pipeline: word('pipelineId'),
  })
}

/** The settings of a view that keeps a state. */
export function settingsOf(state: ListState): ViewSettings {
  return ViewSettings.parse(
    withoutUndefined({
      columns: state.columns?.map(column => withoutUndefined({ ...column })),
      filter: state.filter ? JSON.stringify(state.filter) : undefined,
      search: state.search || undefined,
      sort: state.sort || undefined,
      groupBy: state.groupBy ?? undefined,
      collapsed: state.collapsed.length > 0 ? [...state.collapsed] : undefined,
      density: state.density === plainState.density ? undefined : state.density,
      boardField: state.boardField ?? undefined,
      calendarField: state.calendarField ?? undefined,
      pipelineId: state.pipelineId ?? undefined,
    }),
  )
}

/** Columns as they stand in an address: `name*240,score!sum`. */
function textOfColumns(columns: readonly ListColumn[] | null): string {
  if (!columns) return NOTHING
  return columns
    .map(({ key, width, total }) => `${key}${width ? `*${width}` : ''}${total ? `!${total}` : ''}`)
    .join(',')
}

function columnsOfText(written: string): readonly ListColumn[] | null {
  if (written === NOTHING) return null
  const columns = written.split(',').flatMap((part): ListColumn[] => {
    const [, key, width, total] =
      /^([a-zA-Z][a-zA-Z0-9_.-]*)(?:\*(\d{2,4}))?(?:!(none|sum|average|filled|empty))?$/.exec(part) ?? []
    if (!key) return []
    return [
      {
        key,
        ...(width ? { width: Math.min(1_200, Math.max(48, Number(width))) } : {}),
        ...(total ? { total: total as NonNullable<ListColumn['total']> } : {}),
      },
    ]
  })
  return columns.length > 0 ? columns : null
}

/** The filter of a view, which was checked when it was saved; null for one that cannot be read any more. */
function filterOfText(written: string | undefined): Filter | null {
  if (!written) return null
  try {
    const value: unknown = JSON.parse(written)
    return isFilter(value) ? value : null
  } catch {
    return null
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
}
