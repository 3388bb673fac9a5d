import { z } from 'zod'

export type Json = Record<string, unknown>
type Side = 'input' | 'output'

/**
 * The named schemas of a document. What is sent and what is answered can differ under one name, by defaults for
 * example; then what is sent is listed as `<name>Input`.
 */
export class SchemaBook {
  readonly #definitions = new Map<string, Json>()

  /** JSON Schema of a zod schema; named ones become references that `finish` resolves. */
  schemaOf(schema: z.ZodType, side: Side): Json {
    const {
      $schema: _,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, {
      io: side,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema as Json),
    }) as Json & { $defs?: Record<string, Json> }
    for (const [name, definition] of Object.entries($defs ?? {}))
      this.#definitions.set(`${side}:${name}`, placed(definition, side))
    const id = z.globalRegistry.get(schema)?.id
    if (id === undefined || '$ref' in rest) return placed(rest, side)
    this.#definitions.set(`${side}:${id}`, placed(rest, side))
    return { $ref: `#/components/schemas/${side}:${id}` }
  }

  /** The document with its references resolved, and all schemas it refers to. */
  finish<T>(document: T): { document: T; schemas: Record<string, Json> } {
    const split = this.#split()
    const nameOf = (key: string) => {
      const [side, name = ''] = key.split(':')
      return side === 'input' && split.has(name) ? `${name}Input` : name
    }
    const resolve = <V>(value: V): V =>
      JSON.parse(
        JSON.stringify(value).replaceAll(
          /"#\/components\/schemas\/((?:input|output):[^"]+)"/g,
          (_, key: string) => `"#/components/schemas/${nameOf(key)}"`,
        ),
      ) as V
    const named = [...this.#definitions].map(
      ([key, definition]) => [nameOf(key), resolve(definition)] as const,
    )
    return {
      document: resolve(document),
      schemas: Object.fromEntries(named.sort(([a], [b]) => a.localeCompare(b))),
    }
  }

  /** Names that mean different things on both sides, by themselves or by what they refer to. */
  #split(): Set<string> {
    const split = new Set<string>()
    const plain = (value: Json) => JSON.stringify(value).replaceAll(/\/(input|output):/g, '/')
    for (let size = -1; size !== split.size; ) {
      size = split.size
      for (const [key, definition] of this.#definitions) {
        const [side, name = ''] = key.split(':')
        const other = this.#definitions.get(`${side === 'input' ? 'output' : 'input'}:${name}`)
        const refers = [...JSON.stringify(definition).matchAll(/schemas\/(?:input|output):([^"]+)"/g)]
        const isSplit =
          other !== undefined &&
          (plain(definition) !== plain(other) || refers.some(([, to = '']) => split.has(to)))
        if (isSplit) split.add(name)
      }
    }
    return split
  }
}

function tidy(schema: Json): void {
  if (schema.format) delete schema.pattern
  if ('example' in schema) {
    schema.examples = [schema.example]
    delete schema.example
  }
  if (typeof schema.id === 'string') delete schema.id
}

function placed(definition: Json, side: Side): Json {
  return JSON.parse(
    JSON.stringify(definition).replaceAll('"#/$defs/', `"#/components/schemas/${side}:`),
  ) as Json
}
