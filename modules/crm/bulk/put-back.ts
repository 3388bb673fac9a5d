import type { RecordChange } from '../changes.ts'

/** What of a change can be put back, as the body of a change of the record, and the fields that have to stay. */
export interface PutBack {
  readonly patch: Readonly<Record<string, unknown>>
  readonly left: readonly string[]
}

/**
 * Compares a record with what an act wrote to it: a value that is still what the act wrote goes back to what it was, one that
 * somebody changed since stays. Tags are put back one by one, because others may have come.
 */
export function putBack(
  current: Readonly<Record<string, unknown>>,
  { before = {}, after = {} }: Pick<RecordChange, 'before' | 'after'>,
): PutBack {
  const patch: Record<string, unknown> = {}
  const custom: Record<string, unknown> = {}
  const left: string[] = []
  for (const key of Object.keys(after)) {
    if (key === 'tags') {
      Object.assign(patch, tagsBack(textsOf(before.tags), textsOf(after.tags)))
      continue
    }
    if (canonical(heldBy(current, key)) === canonical(before[key] ?? null)) continue
    if (canonical(heldBy(current, key)) !== canonical(after[key] ?? null)) left.push(key)
    else if (key.startsWith('custom.')) custom[key.slice('custom.'.length)] = before[key] ?? null
    else patch[key] = before[key] ?? null
  }
  return { patch: Object.keys(custom).length > 0 ? { ...patch, custom } : patch, left }
}

function tagsBack(before: readonly string[], after: readonly string[]): Record<string, readonly string[]> {
  const gone = before.filter(tag => !after.includes(tag))
  const come = after.filter(tag => !before.includes(tag))
  return {
    ...(gone.length > 0 ? { addTags: gone } : {}),
    ...(come.length > 0 ? { removeTags: come } : {}),
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** A value of a record by the name that changes use: a field, a field of the organization, or the id of a related record. */
function heldBy(record: Readonly<Record<string, unknown>>, key: string): unknown {
  if (key.startsWith('custom.')) return fieldOf(record.custom, key.slice('custom.'.length)) ?? null
  if (key in record) return record[key] ?? null
  const related = /^(.+)Id$/.exec(key)?.[1]
  return related === undefined ? null : (fieldOf(record[related], 'id') ?? null)
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}

/** The same text for the same value, in whatever order its fields came back from the database. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
