import type { z } from 'zod'
import { type IncludeCosts, PAGE_COST_MAX } from '../contract/include.ts'
import type { AnyRoute } from '../contract/route.ts'
import { fault } from './fault.ts'

/** What a request wants to bring along. Throws `request.invalid` for what is not known and for a page that costs too much. */
export function readIncludes(
  query: { readonly include?: string | undefined; readonly limit: number },
  costs: IncludeCosts,
): ReadonlySet<string> {
  const wanted = new Set((query.include ?? '').split(',').flatMap(name => name.trim() || []))
  let cost = 1
  for (const name of wanted) {
    if (!Object.hasOwn(costs, name))
      throw fault('/include', 'unknown_field', `Use ${Object.keys(costs).join(', ')}.`)
    cost += costs[name] ?? 0
  }
  if (cost * query.limit > PAGE_COST_MAX)
    throw fault(
      '/include',
      'too_costly',
      `This page would cost ${cost * query.limit}, ${PAGE_COST_MAX} are allowed. Ask for at most ${Math.floor(PAGE_COST_MAX / cost)} at once.`,
    )
  return wanted
}

/** The schema of one record of a list. */
function itemOf(route: AnyRoute): z.ZodObject | undefined {
  const page = route.response as z.ZodObject | undefined
  return (page?.shape.items as z.ZodArray<z.ZodObject> | undefined)?.element
}

/** The names in `fields`, or null when all are wanted. Throws `request.invalid` for one that the records do not have. */
export function readFields(route: AnyRoute, query: unknown): readonly string[] | null {
  const text = route.sparse ? (query as { fields?: string } | undefined)?.fields : undefined
  if (text === undefined) return null
  const known = Object.keys(itemOf(route)?.shape ?? {})
  const names = text.split(',').map(name => name.trim())
  for (const name of names)
    if (!known.includes(name)) throw fault('/fields', 'unknown_field', `Use ${known.join(', ')}.`)
  return names
}

/** A page whose records have only the wanted fields, and their ids. */
export function trimmed(page: unknown, fields: readonly string[]): unknown {
  const { items, ...rest } = page as { items: Record<string, unknown>[] }
  const kept = new Set(['id', ...fields])
  return {
    items: items.map(item => Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)))),
    ...rest,
  }
}
