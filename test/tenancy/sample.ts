import { z } from 'zod'

/** The parts of a JSON Schema that bodies and queries of this product use. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly minLength?: number
  readonly example?: unknown
  readonly minimum?: number
  readonly $defs?: Readonly<Record<string, Schema>>
}

const DEPTH_MAX = 8
/** An id of nothing, where an id has to be and no record is meant. */
export const NO_RECORD = '00000000-0000-7000-8000-000000000000'

function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1]
  return name === undefined ? schema : (root.$defs?.[name] ?? {})
}

/** The smallest value a schema should accept; a refinement may still refuse it. */
export function sampleOf(type: z.ZodType): unknown {
  const root = schemaOf(type)
  return sample(root, root)
}

function sample(given: Schema, root: Schema): unknown {
  const schema = resolved(given, root)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0]
  if (choice) return sample(choice, root)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map(name => [name, sample(schema.properties?.[name] ?? {}, root)]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, root))
    case 'string':
      return sampleText(schema)
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 0)
    case 'boolean':
      return true
    default:
      return null
  }
}

function sampleText({ format, minLength = 1, example }: Schema): string {
  switch (format) {
    case 'uuid':
      return NO_RECORD
    case 'email':
      return 'probe@example.com'
    case 'date-time':
      return '2026-11-21T09:30:00.000Z'
    default:
      return typeof example === 'string' ? example : 'probe'.padEnd(minLength, 'x')
  }
}

/** A way into a value: names of properties, and 0 for the first item of a list. */
export type Path = readonly (string | number)[]

/** Every place of a schema that takes an id, optional places included. */
export function idPlaces(type: z.ZodType): Path[] {
  const root = schemaOf(type)
  const found = new Map<string, Path>()
  const walk = (given: Schema, path: Path) => {
    if (path.length > DEPTH_MAX) return
    const schema = resolved(given, root)
    if (schema.format === 'uuid') found.set(path.join('/'), path)
    for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
      walk(part, path)
    for (const [name, part] of Object.entries(schema.properties ?? {})) walk(part, [...path, name])
    if (schema.items) walk(schema.items, [...path, 0])
  }
  walk(root, [])
  return [...found.values()]
}

/** A copy of a value with something put in one place of it; what is missing on the way is made. */
export function withAt(value: unknown, path: Path, put: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return put
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    list[step] = withAt(list[step], rest, put)
    return list
  }
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  return { ...object, [step]: withAt(object[step], rest, put) }
}
