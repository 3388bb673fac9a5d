import type { Field } from './widgets.ts'

type Entry = Record<string, unknown>

/** A name for an exit that no other entry has: `exit_1`, `exit_2`. */
export function freshId(entries: readonly unknown[], stem = 'exit'): string {
  const taken = new Set(entries.map(entry => (entry as Entry | null)?.id))
  let number = entries.length + 1
  while (taken.has(`${stem}_${number}`)) number++
  return `${stem}_${number}`
}

/** An entry to fill in: an id of its own where entries have one, and what its settings begin with. */
export function newEntry(fields: readonly Field[], entries: readonly unknown[], hasId: boolean): Entry {
  const entry: Entry = hasId ? { id: freshId(entries) } : {}
  for (const { name, widget, isRequired } of fields) {
    if (!isRequired) continue
    if (widget.as === 'number') entry[name] = Math.max(1, widget.min ?? 1)
    else if (widget.as === 'value') entry[name] = ''
    else if (widget.as === 'condition') entry[name] = { field: '', operator: 'equals', value: '' }
  }
  return entry
}

/** The list with one entry a place up or down; as it was at its ends. */
export function moved<Item>(entries: readonly Item[], index: number, by: 1 | -1): Item[] {
  const next = [...entries]
  const [one, other] = [next[index], next[index + by]]
  if (one === undefined || other === undefined) return next
  next[index] = other
  next[index + by] = one
  return next
}
