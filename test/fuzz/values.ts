import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  pattern?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  examples?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: Schema | boolean
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
}

/**
 * Stands in a generated value for an id that the API has answered before, by the name of the place it goes to:
 * `@known-id:workflowId;`. Replaced when the request is sent.
 */
export const KNOWN_ID = /@known-id:(\w*);/g
export const knownId = (name: string) => `@known-id:${name};`

const fixtures = join(import.meta.dirname, '../fixtures/security')
const naughty = JSON.parse(readFileSync(join(fixtures, 'blns.json'), 'utf8')) as string[]
const suite = JSON.parse(readFileSync(join(fixtures, 'json-test-suite.json'), 'utf8')) as {
  files: Record<string, string>
}

/** Bytes that are JSON, nearly JSON or nothing of the kind. */
export const rawBodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(...Object.values(suite.files)).map(text => new Uint8Array(Buffer.from(text, 'base64'))),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    ...['', 'null', '[]', '{}', '""', '0', '{"__proto__":{"a":1}}', '{"a":1,"a":2}', '\ufeff{}'].map(text =>
      new TextEncoder().encode(text),
    ),
  ),
  fc.integer({ min: 30, max: 5_000 }).map(depth => new TextEncoder().encode('['.repeat(depth))),
)

/** Texts that have broken programs before. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...naughty),
  fc.constantFrom(
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '{{',
    '{{ x | ',
    '%00',
    '../..',
    "'",
    '$1',
    '\\',
  ),
  fc.constantFrom('x'.repeat(10_000), '{{'.repeat(500), '('.repeat(2_000), `${'a'.repeat(40)}!`),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    1.5,
    1e308,
    -1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    2 ** 63,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    [[]],
    { id: knownId('') },
    { length: 1e9 },
    { toString: null, constructor: 1 },
  ),
  fc.integer({ min: 2, max: 60 }).map(depth => nested(depth)),
  fc.constant(Array.from({ length: 2_000 }, () => 1)),
)

function nested(depth: number): unknown {
  return depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) }
}

const DEPTH_MAX = 6

/** Values that fit a schema. */
export function fitting(
  schema: Schema,
  schemas: Record<string, Schema>,
  depth = 0,
  name = '',
): fc.Arbitrary<unknown> {
  if (schema.$ref) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}
    return depth > DEPTH_MAX ? fc.constant(null) : fitting(target, schemas, depth + 1, name)
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(choice => fitting(choice, schemas, depth + 1, name)))
  if (schema.allOf)
    return fc
      .tuple(...schema.allOf.map(part => fitting(part, schemas, depth + 1)))
      .map(parts => Object.assign({}, ...parts))
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objects(schema, schemas, depth)
    case 'array': {
      if (depth > DEPTH_MAX) return fc.constant([])
      const minLength = schema.minItems ?? 0
      return fc.array(fitting(schema.items ?? {}, schemas, depth + 1, name.replace(/s$/, '')), {
        minLength,
        maxLength: Math.max(minLength, 3),
      })
    }
    case 'string':
      return texts(schema, name)
    case 'integer':
      return fc.integer(bounds(schema))
    case 'number':
      return fc.oneof(fc.integer(bounds(schema)), fc.constant(schema.minimum ?? 0.5))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof(fc.constantFrom<unknown>('x', 1, null, true, {}, []), hostile)
  }
}

function bounds({ minimum = -1_000, maximum = 100_000 }: Schema) {
  const min = Math.max(Math.ceil(minimum), -(2 ** 31))
  return { min, max: Math.max(min, Math.min(maximum, 2 ** 31 - 1)) }
}

function objects(schema: Schema, schemas: Record<string, Schema>, depth: number): fc.Arbitrary<unknown> {
  const entries = Object.entries(schema.properties ?? {})
  if (entries.length === 0 && typeof schema.additionalProperties === 'object')
    return fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fitting(schema.additionalProperties, schemas, depth + 1),
      { maxKeys: 3 },
    )
  const required = (schema.required ?? []).filter(key => entries.some(([name]) => name === key))
  const kept = depth > DEPTH_MAX ? entries.filter(([key]) => required.includes(key)) : entries
  return fc.record(
    Object.fromEntries(kept.map(([key, value]) => [key, fitting(value, schemas, depth + 1, key)])),
    { requiredKeys: required, noNullPrototype: true },
  )
}

function texts(schema: Schema, name: string): fc.Arbitrary<string> {
  const example = schema.examples?.[0]
  const known = typeof example === 'string' ? [fc.constant(example)] : []
  switch (schema.format) {
    case 'uuid':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constant(knownId(name)) },
        { weight: 1, arbitrary: fc.uuid() },
      )
    case 'email':
      return fc.integer({ max: 1e6, min: 0 }).map(n => `person${n}@example.com`)
    case 'uri':
      // A name that never resolves, so that nothing is asked of anybody.
      return fc.constant('https://nobody.invalid/')
    case 'date-time':
      return fc.constantFrom('2026-11-21T09:30:00.000Z', '2020-02-29T00:00:00Z', '9999-12-31T23:59:59Z')
    default:
  }
  const lengths = { minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 20, 20) }
  lengths.maxLength = Math.max(lengths.maxLength, lengths.minLength)
  if (schema.pattern) return fc.oneof(...known, matching(schema.pattern))
  return fc.oneof(...known, fc.string(lengths), fc.constantFrom(...naughty))
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    const made = fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
    fc.sample(made, 1)
    return made
  } catch {
    return fc.constant('text')
  }
}

/** Values that nearly fit: one place of a fitting one is gone, doubled, or holds something hostile. */
export function nearlyFitting(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  return fc
    .tuple(fitting(schema, schemas), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), hostile, fc.nat(3))
    .map(([value, path, bad, way]) => spoiled(structuredClone(value), path, bad, way))
}

function spoiled(value: unknown, path: readonly number[], bad: unknown, way: number): unknown {
  if (typeof value !== 'object' || value === null) return bad
  const holder = value as Record<string, unknown>
  const keys = Object.keys(holder)
  const key = keys[(path[0] ?? 0) % Math.max(1, keys.length)]
  if (key === undefined) return way === 0 ? bad : { ...holder, unknown: bad }
  if (path.length > 1 && typeof holder[key] === 'object' && holder[key] !== null)
    holder[key] = spoiled(holder[key], path.slice(1), bad, way)
  else if (way === 0 && !Array.isArray(holder)) delete holder[key]
  else if (way === 1 && !Array.isArray(holder)) holder[`${key}X`] = bad
  else holder[key] = bad
  return holder
}
