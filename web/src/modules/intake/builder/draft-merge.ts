/**
 * Brings together what two people did to the draft of the same form. What only one of them changed is taken, setting by setting;
 * where both did, mine is kept and what they did is told. Pure.
 */

/** What of a draft has to be known here; everything else is a setting like any other. */
export interface MergedField {
  readonly key: string
  readonly type: string
  readonly page: number
}
export interface MergedDraft<Field extends MergedField> {
  readonly fields: readonly Field[]
  readonly pages: readonly unknown[]
}

/** Something both sides changed, each in its own way; undefined where there is nothing. */
export interface DraftConflict {
  /** The key of the field it is about; undefined for the form itself. */
  readonly field: string | undefined
  /** The setting; undefined when it is about the field being there at all. */
  readonly setting: string | undefined
  readonly mine: unknown
  readonly theirs: unknown
}

/** Whether two values of a draft are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>]
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every(name => isSame(a[name], b[name]))
}

/** Merges `mine` and `theirs`, both made from `base`. */
export function mergeDrafts<Field extends MergedField, Draft extends MergedDraft<Field>>(
  base: Draft,
  mine: Draft,
  theirs: Draft,
): { draft: Draft; conflicts: DraftConflict[] } {
  const conflicts: DraftConflict[] = []
  const [was, own, other] = [base.fields, mine.fields, theirs.fields].map(
    fields => new Map(fields.map(field => [field.key, field])),
  )
  const kept = new Map<string, Field>()
  for (const key of new Set([...(own?.keys() ?? []), ...(other?.keys() ?? [])])) {
    const field = mergeField(was?.get(key), own?.get(key), other?.get(key), key, conflicts)
    if (field) kept.set(key, field)
  }
  const whole = mergeSettings(base, mine, theirs, undefined, conflicts)
  const fields = inOrder(base.fields, mine.fields, theirs.fields, kept)
  return { draft: { ...whole, fields: onPages(fields, whole.pages.length) }, conflicts }
}

function mergeField<Field extends MergedField>(
  was: Field | undefined,
  own: Field | undefined,
  other: Field | undefined,
  key: string,
  conflicts: DraftConflict[],
): Field | undefined {
  if (own && other) return mergeSettings(was, own, other, key, conflicts)
  const there = own ?? other
  // One that is new on one side is taken; one that the other side took away goes unless it was changed here.
  if (!there || !was) return there
  if (isSame({ ...was, page: 0 }, { ...there, page: 0 })) return undefined
  conflicts.push({ field: key, setting: undefined, mine: own, theirs: other })
  return own
}

function mergeSettings<T extends object>(
  base: T | undefined,
  mine: T,
  theirs: T,
  field: string | undefined,
  conflicts: DraftConflict[],
): T {
  if (isSame(base, theirs) || isSame(mine, theirs)) return mine
  if (isSame(base, mine)) return theirs
  const parts = (whole: object | undefined) => (whole ?? {}) as Record<string, unknown>
  const [was, own, other] = [parts(base), parts(mine), parts(theirs)]
  // What is set for one type of field says nothing in another, so a changed type takes all of it along.
  if (was.type !== own.type || was.type !== other.type) {
    if (was.type === own.type) return theirs
    if (!isSame(was, other)) conflicts.push({ field, setting: 'type', mine: own.type, theirs: other.type })
    return mine
  }
  const merged: Record<string, unknown> = {}
  for (const setting of new Set([...Object.keys(own), ...Object.keys(other)])) {
    const [w, m, t] = [was[setting], own[setting], other[setting]]
    const isTheirs = isSame(w, m)
    if (!isTheirs && !isSame(w, t) && !isSame(m, t) && setting !== 'page' && setting !== 'fields')
      conflicts.push({ field, setting, mine: m, theirs: t })
    const value = isTheirs ? t : m
    if (value !== undefined) merged[setting] = value
  }
  return merged as T
}

/** The order of mine, or of theirs where only they changed it, with what the other side added behind what it stood behind. */
function inOrder<Field extends MergedField>(
  base: readonly Field[],
  mine: readonly Field[],
  theirs: readonly Field[],
  kept: ReadonlyMap<string, Field>,
): Field[] {
  const shared = new Set(base.map(({ key }) => key))
  const order = (fields: readonly Field[], among: ReadonlySet<string>) =>
    fields.flatMap(({ key }) => (among.has(key) ? key : [])).join(' ')
  const inMine = new Set(mine.flatMap(({ key }) => (shared.has(key) ? key : [])))
  const isMineMoved = order(base, inMine) !== order(mine, inMine)
  const [first, second] = isMineMoved ? [mine, theirs] : [theirs, mine]
  const keys = first.map(({ key }) => key)
  for (const [index, { key }] of second.entries()) {
    if (keys.includes(key)) continue
    const before = second[index - 1]?.key
    keys.splice(before === undefined ? 0 : keys.indexOf(before) + 1, 0, key)
  }
  return keys.flatMap(key => kept.get(key) ?? [])
}

/** Pages only go forth from field to field, and there are no more than there are. */
export function onPages<Field extends MergedField>(fields: readonly Field[], pages: number): Field[] {
  const last = Math.max(0, pages - 1)
  let now = 0
  return fields.map(field => {
    now = Math.min(last, Math.max(now, field.page))
    return field.page === now ? field : { ...field, page: now }
  })
}
