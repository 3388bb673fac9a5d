/** Kinds of ids and texts that lead to what is about one person: `people`, `addresses`, and what modules add. */
export type Traces = Readonly<Record<string, readonly string[]>>

/**
 * What a module holds about people, as statements over what leads there. In them `:org` is the organization, and `:<kind>` a
 * list of the traces of a kind: of ids, but of texts for `:addresses`.
 */
export interface PersonalData {
  /** Statements of one column, `value`, that find further traces. They run in the order of the modules, and again until nothing new is found. */
  readonly traces?: readonly { readonly kind: string; readonly sql: string }[]
  /** What takes it away or makes it nobody's, in order. */
  readonly erase: readonly string[]
  /** What the person is given when they ask for their data: rows by the name of what they are. */
  readonly give: Readonly<Record<string, string>>
  /** Tables of the module with nothing about a person that outlives its retention, each with the reason. */
  readonly nothingIn: Readonly<Record<string, string>>
}

/** The traces that hold texts; all others hold ids. */
const TEXTS: readonly string[] = ['addresses']

/** A statement with numbered parameters, and their values. A kind that nobody has found is an empty list. */
export function withTraces(sql: string, orgId: string, traces: Traces): { text: string; values: unknown[] } {
  const values: unknown[] = [orgId]
  const places = new Map([['org', '$1']])
  const text = sql.replace(/(?<!:):([a-z_]+)\b/g, (_, kind: string) => {
    const known = places.get(kind)
    if (known) return known
    const place = `$${values.push(traces[kind] ?? [])}::${TEXTS.includes(kind) ? 'text' : 'uuid'}[]`
    places.set(kind, place)
    return place
  })
  return { text, values }
}

type Query = (text: string, values: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

const ROUNDS_MAX = 20

/** Everything that leads to what is about a person, from their id on. */
export async function findTraces(
  query: Query,
  parts: readonly PersonalData[],
  orgId: string,
  personId: string,
): Promise<Traces> {
  let traces: Traces = { people: [personId] }
  // What is found may lead further: a run that another run has started, a person that was merged into this one.
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = sizeOf(traces)
    for (const { kind, sql } of parts.flatMap(part => part.traces ?? [])) {
      const { text, values } = withTraces(sql, orgId, traces)
      const found = (await query(text, values)).rows.map(({ value }) => String(value))
      traces = { ...traces, [kind]: [...new Set([...(traces[kind] ?? []), ...found])] }
    }
    if (sizeOf(traces) === before) break
  }
  return traces
}

function sizeOf(traces: Traces): number {
  return Object.values(traces).reduce((sum, { length }) => sum + length, 0)
}

/** The traces without what is text: ids tell nothing about anybody once the records are gone. */
export function idsOnly(traces: Traces): Traces {
  return Object.fromEntries(Object.entries(traces).filter(([kind]) => !TEXTS.includes(kind)))
}
