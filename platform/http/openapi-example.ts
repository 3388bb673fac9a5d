import type { Json } from './openapi-schema.ts'

/** What a field of this name is likely to hold, so that examples read like the product and not like a test. */
const BY_NAME: Readonly<Record<string, string>> = {
  name: 'Website enquiry',
  firstName: 'Grace',
  lastName: 'Hopper',
  email: 'grace@example.com',
  title: 'Tell us about your project',
  label: 'Budget',
  color: 'accent',
  slug: 'example',
  phone: '+33 1 23 45 67 89',
  language: 'en',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  link: '/workflows',
  subject: 'Thank you for your enquiry',
  status: 'NEW',
  source: 'form',
  message: 'We answer within a day.',
  code: 'request.invalid',
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
  'date-time': '2026-11-21T09:30:00.000Z',
  date: '2026-11-21',
  time: '09:30:00',
  email: 'grace@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
}

const DEPTH_MAX = 8

/** A value that fits a schema, as plausible as the schema says. References are looked up in `schemas`. */
export function exampleOf(schema: Json, schemas: Record<string, Json>, name = '', depth = 0): unknown {
  const reference = schema.$ref as string | undefined
  if (reference !== undefined) {
    const target = schemas[reference.slice('#/components/schemas/'.length)]
    return target ? exampleOf(target, schemas, name, depth) : null
  }
  const [given] = (schema.examples as unknown[] | undefined) ?? []
  if (given !== undefined) return given
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (choices) return exampleOf(chosen(choices, depth), schemas, name, depth)
  const parts = schema.allOf as Json[] | undefined
  if (parts) return Object.assign({}, ...parts.map(part => exampleOf(part, schemas, name, depth)))
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, schemas, depth)
    case 'array':
      return arrayOf(schema, schemas, name, depth)
    case 'string':
      return textOf(schema, name)
    case 'integer':
    case 'number':
      return numberOf(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'value'
  }
}

/** What is deep inside ends with null where it can. */
function chosen(choices: readonly Json[], depth: number): Json {
  const none = choices.find(choice => choice.type === 'null')
  const some = choices.find(choice => choice.type !== 'null')
  return (depth > DEPTH_MAX ? none : undefined) ?? some ?? { type: 'null' }
}

function objectOf(schema: Json, schemas: Record<string, Json>, depth: number): Json {
  const properties = (schema.properties ?? {}) as Record<string, Json>
  const required = new Set(schema.required as string[] | undefined)
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => required.has(key) || depth < DEPTH_MAX)
      .map(([key, value]) => [key, exampleOf(value, schemas, key, depth + 1)]),
  )
}

function arrayOf(schema: Json, schemas: Record<string, Json>, name: string, depth: number): unknown[] {
  const least = (schema.minItems as number | undefined) ?? 0
  const items = schema.items as Json | undefined
  if (!items || (depth > DEPTH_MAX && least === 0)) return []
  const one = exampleOf(items, schemas, name.replace(/s$/, ''), depth + 1)
  return Array.from({ length: Math.max(1, least) }, () => one)
}

function textOf(schema: Json, name: string): string {
  const format = BY_FORMAT[String(schema.format)]
  if (format !== undefined) return format
  const pattern = schema.pattern as string | undefined
  const fits = (text: string) =>
    text.length >= ((schema.minLength as number | undefined) ?? 0) &&
    text.length <= ((schema.maxLength as number | undefined) ?? Number.POSITIVE_INFINITY) &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text))
  const candidates = [
    BY_NAME[name],
    name,
    'text',
    'TEXT',
    'a',
    '1',
    '2026-11-21',
    '#0b6b63',
    '123456',
    'example.com',
  ]
  const found = candidates.find(candidate => candidate !== undefined && candidate !== '' && fits(candidate))
  return found ?? 'x'.repeat((schema.minLength as number | undefined) ?? 1)
}

function numberOf(schema: Json): number {
  const least = (schema.minimum ?? schema.exclusiveMinimum) as number | undefined
  const most = schema.maximum as number | undefined
  if (least !== undefined && least > 1) return schema.minimum === undefined ? least + 1 : least
  return most !== undefined && most < 1 ? most : 1
}
