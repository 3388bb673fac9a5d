/** Where a setting stands inside the settings of a node. */
export type SettingPath = readonly (string | number)[]

export type Config = Readonly<Record<string, unknown>>

/** What stands at a path, or undefined. */
export function valueAt(value: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    value,
  )
}

/**
 * The same value with something else at a path; `undefined` takes the member away. What lies beside the path keeps its
 * identity. Missing objects and lists on the way are made.
 */
export function withValueAt(value: unknown, path: SettingPath, next: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return next
  const inner = withValueAt(valueAt(value, [key]), rest, next)
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    if (inner === undefined) list.splice(key, 1)
    else list[key] = inner
    return list
  }
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  if (inner !== undefined) return { ...object, [key]: inner }
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

/** A path as one text, for keys and look-ups: `rules.0.condition`. */
export function pathText(path: SettingPath): string {
  return path.join('.')
}

/** A path without the places in lists: `rules.condition`. */
export function shapeText(path: SettingPath): string {
  return path.filter(key => typeof key === 'string').join('.')
}

/** The path that a text of `pathText` stands for; whole numbers are places in lists. */
export function pathOf(text: string): SettingPath {
  return text === '' ? [] : text.split('.').map(key => (/^\d+$/.test(key) ? Number(key) : key))
}
