import type { Way } from './widgets.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Which of several ways something is set up, by what it holds; undefined where it is not set. */
export function wayOf(ways: readonly Way[], value: unknown): Way | undefined {
  if (!isObject(value)) return undefined
  const fits = ways.find(({ fixed, keys }) => {
    const told = Object.entries(fixed)
    return told.length > 0
      ? told.every(([name, is]) => value[name] === is)
      : keys.some(key => Object.hasOwn(value, key))
  })
  return fits
}

/** What is set once another way was chosen: its beginning, with what was set before under the same names. */
export function switchedTo(way: Way, value: unknown): Record<string, unknown> {
  const names = new Set(way.fields.map(({ name }) => name))
  const kept = isObject(value)
    ? Object.entries(value).filter(([name, is]) => names.has(name) && is !== '')
    : []
  return { ...way.beginning, ...Object.fromEntries(kept) }
}
