import type { RecordField } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import type { GridItem } from '../../../ui/table/grid-model.ts'
import { optionLabel } from '../fields/field-words.ts'
import type { AnyRecord } from '../record/record-values.ts'
import { both } from './filter-model.ts'
import type { ListPart } from './list-source.ts'

/** Records of one value of the field a list is grouped by. */
export interface ListGroup {
  /** Null for records without a value. */
  readonly value: string | null
  readonly label: string
  readonly count: number
}

/** The word for a group in an address, in a view and in ids. */
export function groupKey(value: string | null): string {
  return value ?? '-'
}

/** The kinds of fields that have few values. */
export function mayGroup(field: RecordField): boolean {
  return field.isFilterable && (field.kind === 'select' || field.kind === 'boolean' || field.kind === 'user')
}

/** Groups in the order of the field's choices, those without a value last. */
export function groupsOf(
  field: RecordField,
  counts: readonly { readonly value: string | null; readonly count: number }[],
  names: ReadonlyMap<string, string>,
): ListGroup[] {
  const order = new Map((field.options ?? []).map(({ value }, at) => [value, at]))
  const place = ({ value }: ListGroup) => (value === null ? Infinity : (order.get(value) ?? 1_000))
  return counts
    .map(({ value, count }) => ({ value, count, label: groupLabel(field, value, names) }))
    .sort((a, b) => place(a) - place(b) || b.count - a.count)
}

function groupLabel(field: RecordField, value: string | null, names: ReadonlyMap<string, string>): string {
  if (value === null) return field.kind === 'user' ? 'Nobody' : `No ${field.label.toLowerCase()}`
  if (field.kind === 'user') return names.get(value) ?? 'A member'
  if (field.kind === 'boolean') return value === 'true' ? 'Yes' : 'No'
  return optionLabel(field, value)
}

/** What of a filter is one group. */
export function groupFilter(field: RecordField, value: string | null, filter: Filter | null): Filter {
  const own: Filter =
    value === null
      ? { field: field.key, op: 'empty' }
      : { field: field.key, op: 'is', value: field.kind === 'boolean' ? value === 'true' : value }
  return both(filter, own) ?? own
}

const waiting = (id: string): GridItem<AnyRecord> => ({ kind: 'wait', id: `wait:${id}` })

function itemsOfPart(part: ListPart, key: string): GridItem<AnyRecord>[] {
  const rows = part.rows.map((row): GridItem<AnyRecord> => ({ kind: 'row', id: row.id, row }))
  return part.hasMore && !part.error ? [...rows, waiting(key)] : rows
}

/** What stands in the table of a list that is not grouped. */
export function plainItems(part: ListPart | undefined): GridItem<AnyRecord>[] {
  return part ? itemsOfPart(part, 'all') : []
}

/** What stands in the table of a grouped list: a head for each group and, where it is open, its records. */
export function groupedItems(
  groups: readonly ListGroup[],
  partOf: (group: ListGroup) => ListPart | undefined,
): GridItem<AnyRecord>[] {
  return groups.flatMap((group): GridItem<AnyRecord>[] => {
    const key = groupKey(group.value)
    const part = partOf(group)
    const head: GridItem<AnyRecord> = {
      kind: 'head',
      id: `group:${key}`,
      title: group.label,
      label: group.label,
      count: group.count.toLocaleString(),
      isOpen: part !== undefined,
    }
    return [head, ...(part ? itemsOfPart(part, key) : [])]
  })
}
