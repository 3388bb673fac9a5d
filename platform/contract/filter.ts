import { z } from 'zod'
import { PageQuery } from './fields.ts'

/** What a field holds: `time` is an instant, `date` a day, `list` several texts, `money` an amount of one currency. */
export type FieldType = 'text' | 'number' | 'money' | 'date' | 'time' | 'boolean' | 'enum' | 'id' | 'list'

/** A field that lists of one kind can be filtered by, and sorted by when `sort` says so. */
export interface FilterField {
  readonly type: FieldType
  /** What an `enum` can be. */
  readonly values?: readonly string[]
  /** Whether a `number` is whole. */
  readonly isWhole?: true
  readonly sort?: true
}

/** The fields of one kind of record by their names; `person.email` is a field of a related record. */
export type FilterFields = Readonly<Record<string, FilterField>>

/** How many values an operator takes. */
export type Operands = 'none' | 'one' | 'two' | 'many'

const EMPTY = { empty: 'none', not_empty: 'none' } as const
const EQUAL = { is: 'one', is_not: 'one', in: 'many', not_in: 'many' } as const
const ORDER = { gt: 'one', gte: 'one', lt: 'one', lte: 'one', between: 'two' } as const
const SPAN = {
  on: 'one',
  before: 'one',
  after: 'one',
  on_or_before: 'one',
  on_or_after: 'one',
  between: 'two',
} as const

/** The operators of each type of field. The negative ones hold for empty fields too: each is the opposite of its twin. */
export const OPERATORS: Readonly<Record<FieldType, Readonly<Record<string, Operands>>>> = {
  text: {
    ...EQUAL,
    contains: 'one',
    not_contains: 'one',
    starts_with: 'one',
    ends_with: 'one',
    ...EMPTY,
  },
  number: { ...EQUAL, ...ORDER, ...EMPTY },
  money: { is: 'one', is_not: 'one', ...ORDER, ...EMPTY },
  date: { ...SPAN, ...EMPTY },
  time: { ...SPAN, ...EMPTY },
  boolean: { is: 'one', is_not: 'one', ...EMPTY },
  enum: { ...EQUAL, ...EMPTY },
  id: { ...EQUAL, ...EMPTY },
  list: { has: 'one', has_not: 'one', has_any: 'many', has_all: 'many', has_none: 'many', ...EMPTY },
}

/** An amount in the smallest unit of its currency, such as cents. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

export type FilterValue = string | number | boolean | Money

/** One condition. Days and instants are texts: `2026-11-30`, `2026-11-30T08:00:00Z`, `today`, `today-7d`, `now+2h`. */
export interface Condition {
  readonly field: string
  readonly op: string
  readonly value?: FilterValue | readonly FilterValue[]
}

/** Conditions of which all or any have to hold. `{ all: [] }` holds always, `{ any: [] }` never. */
export type Filter = { readonly all: readonly Filter[] } | { readonly any: readonly Filter[] } | Condition

export const FILTER_TEXT_MAX = 8_000

/** The query of a list that can be filtered and sorted: pages, `filter` and `sort`, described field by field. */
export function listQuery(fields: FilterFields, newestFirst = 'the newest first') {
  const named = Object.entries(fields)
  const rows = [...Map.groupBy(named, ([, field]) => wordsOf(field))].map(
    ([words, of]) => `- ${words}: ${of.map(([name]) => `\`${name}\``).join(', ')}`,
  )
  const sortable = named.filter(([, field]) => field.sort).map(([name]) => `\`${name}\``)
  return PageQuery.extend({
    filter: z
      .string()
      .max(FILTER_TEXT_MAX)
      .optional()
      .describe(
        `Conditions, as text or as JSON; docs/filters.md has the language. \`status:is:NEW;createdAt:after:today-7d\` asks for both, \`|\` for either, parentheses group.\n\n${rows.join('\n')}`,
      )
      .meta({ example: exampleOf(named) }),
    sort: z
      .string()
      .max(200)
      .optional()
      .describe(
        `Fields to sort by, with \`-\` before one for the greatest first; ${newestFirst} when left out. Sortable: ${sortable.join(', ')}.`,
      )
      .meta({ example: `-${named.find(([, field]) => field.sort)?.[0] ?? 'id'}` }),
  })
}

function wordsOf(field: FilterField): string {
  return field.values ? `one of ${field.values.join(', ')}` : field.type
}

function exampleOf(fields: readonly (readonly [string, FilterField])[]): string {
  const [name] = fields.find(([, { type }]) => type === 'time') ?? []
  return name ? `${name}:after:today-7d` : `${fields[0]?.[0] ?? 'id'}:not_empty`
}
