import fc from 'fast-check'
import { OPERATORS } from '#platform/contract/filter.ts'
import { fitting, hostileText, knownId, nearlyFitting, rawBodies, type Schema } from './values.ts'

interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
  schema: Schema
}

export interface Operation {
  operationId: string
  security: unknown[]
  parameters: (Parameter | { $ref: string })[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>
}

/** The parts of an OpenAPI document that requests are made from. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    parameters: Record<string, Parameter>
    responses: Record<string, { content: Record<string, { schema: Schema }> }>
  }
}

export interface FuzzRequest {
  readonly operation: Operation
  /** As the document has it, with names in braces. */
  readonly path: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly isAnonymous: boolean
}

const FILTER_VALUES = [
  'a',
  '1',
  'true',
  'today-7d',
  'now',
  '2026-11-21',
  knownId(''),
  '"x',
  '',
  '1,2',
  '(',
  '😀',
  '9'.repeat(30),
]

/** Filters of the fields that a parameter's description lists, right and wrong. */
function filters(description: string): fc.Arbitrary<string> {
  const lines = description.split('\n').filter(line => line.startsWith('- '))
  const fields = lines.flatMap(line => [...line.matchAll(/`([\w.]+)`/gu)].map(([, name = '']) => name))
  const operators = Object.values(OPERATORS).flatMap(each => Object.keys(each))
  const condition = fc
    .tuple(
      fc.constantFrom(...fields, 'nothing', '__proto__'),
      fc.constantFrom(...operators, 'like'),
      fc.constantFrom(...FILTER_VALUES),
    )
    .map(([field, op, value]) => (value === '' ? `${field}:${op}` : `${field}:${op}:${value}`))
  const json = condition.map(text => {
    const [field, op, ...value] = text.split(':')
    return JSON.stringify({ all: [{ field, op, ...(value.length > 0 ? { value: value.join(':') } : {}) }] })
  })
  return fc.oneof(
    condition,
    fc.array(condition, { minLength: 2, maxLength: 5 }).map(all => all.join(';')),
    fc.array(condition, { minLength: 2, maxLength: 5 }).map(any => `(${any.join('|')})`),
    json,
    fc.constant(JSON.stringify({ all: [{ all: [{ any: [{ all: [{ any: [] }] }] }] }] })),
    hostileText,
  )
}

/** Requests to one operation: fitting, nearly fitting and hostile ones, as somebody and as nobody. */
export function requestsOf(
  path: string,
  method: string,
  operation: Operation,
  document: ApiDocument,
): fc.Arbitrary<FuzzRequest> {
  const { schemas, parameters: shared } = document.components
  const parameters = operation.parameters.flatMap(each => {
    const parameter = '$ref' in each ? shared[each.$ref.split('/').at(-1) ?? ''] : each
    return parameter ? [parameter] : []
  })
  const textFor = (parameter: Parameter): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 12, arbitrary: fittingText(parameter, schemas) },
      { weight: 1, arbitrary: hostileText },
    )
  const inPath = fc.record(
    Object.fromEntries(parameters.filter(each => each.in === 'path').map(each => [each.name, textFor(each)])),
  )
  const query = parameters.filter(each => each.in === 'query')
  const inQuery = fc.record(
    Object.fromEntries(
      query.map(each => [
        each.name,
        each.required ? textFor(each) : fc.option(textFor(each), { nil: undefined, freq: 1 }),
      ]),
    ),
  )
  const headers = fc.record(
    Object.fromEntries(
      parameters
        .filter(each => each.in === 'header')
        .map(each => [each.name, fc.option(headerText(each.name), { nil: undefined, freq: 1 })]),
    ),
  )
  return fc
    .record({
      inPath,
      inQuery,
      headers,
      body: bodies(operation, schemas),
      isAnonymous: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
    })
    .map(({ inPath: named, inQuery: search, headers: extra, body, isAnonymous }) => ({
      operation,
      path,
      method: method.toUpperCase(),
      url: urlOf(path, named, search),
      headers: { ...given(extra), ...body?.headers },
      ...(body ? { body: body.content } : {}),
      isAnonymous,
    }))
}

const SORTS = ['', '-']

function fittingText(parameter: Parameter, schemas: Record<string, Schema>): fc.Arbitrary<string> {
  const { name, description = '' } = parameter
  // Only what a list has answered is a cursor; the fuzzer has none, so it mostly asks for the first page.
  if (name === 'cursor') return fc.constantFrom('', '', 'x', 'W10.AAAAAAAAAAAAAAAA')
  if (name === 'filter') return filters(description)
  if (name !== 'sort') return fitting(parameter.schema, schemas, 0, name).map(String)
  const fields = [...(description.split('Sortable: ')[1] ?? '').matchAll(/`([\w.]+)`/gu)]
  return fc
    .uniqueArray(fc.constantFrom(...fields.map(([, field = '']) => field)), { minLength: 1, maxLength: 3 })
    .chain(names => fc.tuple(...names.map(each => fc.constantFrom(...SORTS.map(sign => sign + each)))))
    .map(keys => keys.join(','))
}

function headerText(name: string): fc.Arbitrary<string> {
  if (name === 'Idempotency-Key')
    return fc.oneof(
      fc.stringMatching(/^[!-~]{1,40}$/),
      fc.constantFrom('a b', 'x'.repeat(300), 'same', '\u00e9'),
    )
  return fc.constantFrom('*', '"0"', '"1.x", "2"', 'W/"1"', '"', '"\u00e9"', 'none', '"'.repeat(500))
}

function urlOf(
  path: string,
  named: Record<string, string>,
  search: Record<string, string | undefined>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(named[name] || 'x'))
  const pairs = Object.entries(search)
    .filter(([name, value]) => value !== undefined && (name !== 'cursor' || value !== ''))
    .map(([name, value = '']) => `${name}=${encode(value)}`)
  return (filled + (pairs.length > 0 ? `?${pairs.join('&')}` : '')).slice(0, 12_000)
}

/** A single dot would be taken for a step in the path before anybody sees it. */
function encode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed())
  return /^\.{1,2}$/.test(encoded)
    ? 'dots'
    : encoded.replace(/%40known-id%3A(\w*)%3B/g, (_, name: string) => knownId(name))
}

interface Body {
  content: string | Uint8Array
  headers: Record<string, string>
}

function bodies(operation: Operation, schemas: Record<string, Schema>): fc.Arbitrary<Body | undefined> {
  const content = operation.requestBody?.content
  if (!content) return fc.constant(undefined)
  const json = content['application/json']
  const type = fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain')
  const raw = fc
    .tuple(rawBodies, type)
    .map(([bytes, named]) => ({ content: bytes, headers: { 'content-type': named } }))
  if (!json) return raw
  const written = (value: unknown): Body => ({
    content: JSON.stringify(value) ?? 'null',
    headers: { 'content-type': 'application/json' },
  })
  return fc.oneof(
    { weight: 5, arbitrary: fitting(json.schema, schemas).map(written) },
    { weight: 4, arbitrary: nearlyFitting(json.schema, schemas).map(written) },
    { weight: 1, arbitrary: raw },
  )
}

function given(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
