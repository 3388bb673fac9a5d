/** HTTP Request of every version, and GraphQL. Browser-safe. */

import { checkTemplate } from '../template.ts'
import { itemAt, over, recordAt } from './item.ts'
import { listOf, numberOf, objectOf, textOf } from './n8n-file.ts'
import { alternating } from './term.ts'
import { isExpression, type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])

export interface Pair {
  readonly name: string
  readonly value: unknown
  /** The value is a template already. */
  readonly isRaw?: boolean
}

export interface Call {
  readonly method: string
  readonly url: string
  readonly query?: readonly Pair[]
  readonly headers?: readonly Pair[]
  readonly body?: string | undefined
  readonly isText?: boolean
}

/** The node that makes the call. Query and headers are settings of n8n, the rest is written as templates. */
export function callNode(step: Translation, call: Call): Mapped {
  const { method } = call
  if (!METHODS.has(method)) throw new Unmapped(`It sends a ${method.slice(0, 20)} request.`)
  const config = {
    method,
    url: withQuery(step, call.url, call.query ?? []),
    headers: (call.headers ?? []).flatMap(pair => headerOf(step, pair)),
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(call.isText === true ? { bodyType: 'text' } : {}),
  }
  const timeout = numberOf(step.get('options.timeout'))
  const timeoutMs = Number.isFinite(timeout) ? Math.max(1_000, Math.min(900_000, timeout)) : null
  return {
    type: 'http_request',
    config,
    exits: ['out'],
    item: outputOf(step.id, 'body'),
    ...(timeoutMs === null ? {} : { timeoutMs }),
  }
}

/** Values that stand in an address are escaped when it is put together, names are escaped here. */
function withQuery(step: Translation, url: string, query: readonly Pair[]): string {
  const pairs = query.map(({ name, value }) => `${encodeURIComponent(name)}=${queryValue(step, value)}`)
  if (pairs.length === 0) return url
  const [before = '', ...hash] = url.split('#')
  const sign = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&'
  return [`${before}${sign}${pairs.join('&')}`, ...hash].join('#')
}

function queryValue(step: Translation, value: unknown): string {
  if (isExpression(value)) return step.text(value)
  return encodeURIComponent(plainOf(value))
}

/** Headers that the sender sets itself, or that carry what has to be entered anew. */
const OURS =
  /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-authorization)$/i

function headerOf(step: Translation, { name, value, isRaw }: Pair): { name: string; value: string }[] {
  if (name === '') return []
  if (/^idempotency-key$/i.test(name)) {
    step.differs('The idempotency key of the request is the one of the run.')
    return []
  }
  if (OURS.test(name)) return []
  return [{ name, value: isRaw ? textOf(value) : step.text(value).trim() }]
}

/** A header that cannot be published before somebody has entered the secret. */
export function secretHeader(step: Translation, name: string, start: string, what: string): Pair {
  step.needs(`Enter ${what} in the header "${name}" of the request.`)
  return { name, value: `${start}{{ }}`, isRaw: true }
}

export function httpRequest(step: Translation): Mapped {
  const isNew = step.node.version >= 3
  const mapped = isNew ? newer(step) : older(step)
  credentials(step)
  for (const option of ['pagination', 'batching']) {
    if (step.get(`options.${option}`) !== undefined)
      step.differs(
        option === 'pagination' ? 'It reads the first page only.' : 'Calls are not made in batches.',
      )
  }
  if (step.get('options.response.response.neverError') === true)
    step.differs('An answer with a status from 400 on fails the step.')
  if (step.get('options.allowUnauthorizedCerts') === true || step.get('allowUnauthorizedCerts') === true)
    step.differs('A certificate that is not in order is refused.')
  if (step.get('options.proxy') !== undefined) step.differs('It does not go through the proxy.')
  return mapped
}

function credentials(step: Translation): void {
  const authentication = step.word('authentication', 'none')
  if (authentication === 'none' || authentication === '') return
  const kind = step.word('genericAuthType') || step.word('nodeCredentialType') || authentication
  step.differs(
    `Its credentials (${kind}) stay in n8n: enter them as a header or in the address of the request.`,
  )
}

function older(step: Translation): Mapped {
  const format = step.word('responseFormat', 'json')
  if (format === 'file') throw new Unmapped('It reads a file.')
  const isJson = step.get('jsonParameters') === true
  const pairs = (name: string): Pair[] =>
    isJson
      ? pairsOfJson(step, step.get(`${name}ParametersJson`))
      : pairsOf(step.get(`${name}ParametersUi.parameter`))
  const method = step.word('requestMethod', 'GET')
  const type = step.word('options.bodyContentType', 'json')
  if (type === 'multipart-form-data' || step.get('sendBinaryData') === true)
    throw new Unmapped('It sends a file.')
  const made = callNode(step, {
    method,
    url: addressOf(step),
    query: pairs('query'),
    headers: [...pairs('header'), ...formHeader(type)],
    ...bodyOf(step, method, type, isJson ? step.get('bodyParametersJson') : pairs('body')),
  })
  const whole = step.get('options.fullResponse') === true
  return answered(
    step,
    made,
    whole,
    format === 'string' ? step.word('dataPropertyName', 'data') || 'data' : null,
  )
}

function newer(step: Translation): Mapped {
  const method = step.word('method', 'GET')
  const response = objectOf(step.get('options.response.response'))
  const format = textOf(response.responseFormat) || 'autodetect'
  if (format === 'file') throw new Unmapped('It reads a file.')
  const parameters = (name: string, sends: string, way: string): Pair[] => {
    if (step.get(sends) !== true) return []
    return step.word(way, 'keypair') === 'json'
      ? pairsOfJson(step, step.get(`json${name}`))
      : pairsOf(step.get(`${name === 'Query' ? 'query' : 'header'}Parameters.parameters`))
  }
  const type = step.word('contentType', 'json')
  const sendsBody = step.get('sendBody') === true
  if (sendsBody && (type === 'multipart-form-data' || type === 'binaryData'))
    throw new Unmapped('It sends a file or a form of several parts.')
  const isRaw = type === 'raw'
  const rawType = step.word('rawContentType')
  const given = isRaw
    ? step.get('body')
    : step.word('specifyBody', 'keypair') === 'keypair'
      ? pairsOf(step.get('bodyParameters.parameters'))
      : (step.get('jsonBody') ?? step.get('body'))
  const body = !sendsBody
    ? {}
    : isRaw
      ? { body: step.text(given), isText: true }
      : bodyOf(step, method, type, given)
  const own = !sendsBody
    ? []
    : isRaw
      ? rawType === ''
        ? []
        : [{ name: 'Content-Type', value: rawType }]
      : formHeader(type)
  const made = callNode(step, {
    method,
    url: addressOf(step),
    query: parameters('Query', 'sendQuery', 'specifyQuery'),
    headers: [...parameters('Headers', 'sendHeaders', 'specifyHeaders'), ...own],
    ...body,
  })
  return answered(
    step,
    made,
    response.fullResponse === true,
    format === 'text' ? textOf(response.outputPropertyName) || 'data' : null,
  )
}

function addressOf(step: Translation): string {
  const url = step.text(step.get('url')).trim()
  if (url === '') throw new Unmapped('It does not say what to call.')
  // n8n takes an address without a scheme for one of http.
  return /^(?:[a-z][a-z0-9+.-]*:|\{\{)/i.test(url) ? url : `http://${url}`
}

function formHeader(type: string): Pair[] {
  return type === 'form-urlencoded'
    ? [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }]
    : []
}

function pairsOf(list: unknown): Pair[] {
  return listOf(list)
    .map(objectOf)
    .flatMap(({ name, value }) => (textOf(name) === '' ? [] : [{ name: textOf(name), value }]))
}

function pairsOfJson(step: Translation, json: unknown): Pair[] {
  const text = textOf(json)
  if (text.trim() === '') return []
  const script = step.script(json)
  try {
    const value: unknown = JSON.parse(text.replace(/^=/, ''))
    return Object.entries(objectOf(value)).map(([name, one]) => ({ name, value: one }))
  } catch {
    if (script?.is !== 'object')
      throw new Unmapped('It has parameters as JSON that is worked out while it runs.')
    return script.members.map(({ name, value }) => {
      if (value.is !== 'literal')
        throw new Unmapped('It has parameters as JSON that is worked out while it runs.')
      return { name, value: value.value }
    })
  }
}

function bodyOf(
  step: Translation,
  method: string,
  type: string,
  given: unknown,
): { body?: string; isText?: boolean } {
  if (method === 'GET' || method === 'HEAD') return {}
  if (type === 'form-urlencoded') {
    const pairs = Array.isArray(given) ? (given as Pair[]) : []
    if (!Array.isArray(given)) return { body: step.text(given), isText: true }
    const body = pairs
      .map(({ name, value }) => `${encodeURIComponent(name)}=${formValue(step, value)}`)
      .join('&')
    return { body, isText: true }
  }
  if (type === 'raw') return { body: step.text(given), isText: true }
  if (Array.isArray(given)) {
    if (given.length === 0) return {}
    const members = (given as Pair[]).map(
      ({ name, value }) => `${JSON.stringify(name)}: ${step.jsonValue(value)}`,
    )
    return { body: `{ ${members.join(', ')} }` }
  }
  const text = textOf(given)
  if (text.trim() === '' && typeof given !== 'object') return {}
  return { body: step.json(given) }
}

/** Bodies of forms are not escaped by themselves. */
function formValue(step: Translation, value: unknown): string {
  if (!isExpression(value)) return encodeURIComponent(plainOf(value))
  const text = step.text(value)
  if (checkTemplate(text).length > 0) return text
  return encoded(text)
}

function answered(step: Translation, made: Mapped, isWhole: boolean, textName: string | null): Mapped {
  if (isWhole) {
    const names = [{ name: ['statusCode'], at: ['nodes', step.id, 'status'] }]
    return { ...made, item: over(recordAt(null, names), itemAt('nodes', step.id)) }
  }
  if (textName === null) return made
  return { ...made, item: recordAt(null, [{ name: [textName], at: ['nodes', step.id, 'body'] }]) }
}

export function graphql(step: Translation): Mapped {
  const query = step.jsonValue(step.get('query'))
  const variables = step.get('variables')
  const given = variables === undefined || variables === '' ? [] : [`"variables": ${step.json(variables)}`]
  const headers = pairsOf(step.get('headerParametersUi.parameter'))
  credentials(step)
  const url = step.text(step.get('endpoint')).trim()
  if (url === '') throw new Unmapped('It does not say what to call.')
  return callNode(step, {
    method: 'POST',
    url,
    headers,
    body: `{ ${[`"query": ${query}`, ...given].join(', ')} }`,
  })
}

/** What is put into a form, encoded; forms are not escaped by themselves. */
export function encoded(text: string): string {
  return alternating(text)
    .map((piece, place) => (place % 2 === 1 ? `${piece.slice(0, -2).trimEnd()} | url_encode }}` : piece))
    .join('')
}

function plainOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
}
