import { z } from 'zod'

/** What related records cost, for each record of a page; the record itself costs 1. */
export type IncludeCosts = Readonly<Record<string, number>>

/** What a page may cost at most, with everything that is included. */
export const PAGE_COST_MAX = 300

/** The query of a list whose records can bring related ones along: `include` and, to leave things out, `fields`. */
export function sparseQuery(costs: IncludeCosts) {
  const words = Object.entries(costs).map(([name, cost]) => `\`${name}\` (${cost})`)
  return {
    include: z
      .string()
      .max(200)
      .optional()
      .describe(
        `What to bring along, with commas between: ${words.join(', ')}. A record costs 1 and each of these what stands behind it; a page may cost ${PAGE_COST_MAX}, so with a lot to bring along ask for a smaller \`limit\`.`,
      )
      .meta({ example: Object.keys(costs)[0] }),
    fields: z
      .string()
      .max(1_000)
      .optional()
      .describe('The fields to answer, with commas between; all when left out. The id is always there.')
      .meta({ example: 'id,createdAt' }),
  }
}
