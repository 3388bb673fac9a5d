import type { ErrorSpec } from '../errors.ts'
import { escapeHtml } from '../html.ts'
import { type FieldSchema, fieldList, fieldRow } from './reference-fields.ts'
import { SCRIPT, STYLE } from './reference-look.ts'
import { curlSample, type SampleCall, scriptSample } from './reference-samples.ts'
import { colouredJson, prose } from './reference-text.ts'

interface Parameter {
  name: string
  in: string
  required: boolean
  description?: string
  schema: FieldSchema & { examples?: unknown[] }
}

interface Media {
  schema: FieldSchema
  example?: unknown
}

interface Operation {
  operationId: string
  summary: string
  description?: string
  deprecated?: boolean
  tags: string[]
  security: Record<string, string[]>[]
  parameters: (Parameter | { $ref: string })[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { $ref?: string; description: string; content?: Record<string, Media> }>
}

interface ErrorResponse {
  content: Record<string, { examples: Record<string, { summary: string }> }>
}

/** The parts of an OpenAPI document that the page shows. */
interface Shown {
  info: { title: string; description: string; version: string }
  servers: { url: string }[]
  tags: { name: string; description: string; 'x-displayName': string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, FieldSchema>
    parameters: Record<string, Parameter>
    responses: Record<string, ErrorResponse>
  }
}

interface Entry {
  path: string
  method: string
  operation: Operation
}

/** The API reference as one page that needs nothing else, made from the OpenAPI document. */
export function referencePage(document: Record<string, unknown>): string {
  const shown = document as unknown as Shown
  const entries = Object.entries(shown.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const inGroup = (tag: string) => entries.filter(({ operation }) => operation.tags[0] === tag)
  const menu = shown.tags.map(
    tag => `<h2>${escapeHtml(tag['x-displayName'])}</h2>${inGroup(tag.name).map(menuLink).join('')}`,
  )
  const groups = shown.tags.map(tag => {
    const head = `<section class="wide"><div class="words"><h2 class="group">${escapeHtml(tag['x-displayName'])}</h2><p>${escapeHtml(tag.description)}</p></div></section>`
    return (
      head +
      inGroup(tag.name)
        .map(entry => operationSection(entry, shown))
        .join('')
    )
  })
  const intro = `<section class="wide intro" id="start"><div class="words"><h1>${escapeHtml(shown.info.title)}</h1>${prose(shown.info.description)}<p>The machine-readable form is <a href="/openapi.json">/openapi.json</a>.</p></div></section>`
  return page(
    shown.info.title,
    `${menu.join('')}<h2>Shapes</h2>${Object.keys(shown.components.schemas).map(schemaLink).join('')}`,
    intro + groups.join('') + schemaSections(shown.components.schemas),
  )
}

function menuLink({ path, method, operation }: Entry): string {
  const find = `${operation.summary} ${operation.operationId} ${method} ${path}`.toLowerCase()
  const word = method === 'DELETE' ? 'DEL' : method
  return `<a href="#${escapeHtml(operation.operationId)}" data-find="${escapeHtml(find)}"><span class="m ${method}">${word}</span><span>${escapeHtml(operation.summary)}</span></a>`
}

function schemaLink(name: string): string {
  return `<a href="#schema-${escapeHtml(name)}" data-find="${escapeHtml(name.toLowerCase())}"><span>${escapeHtml(name)}</span></a>`
}

function schemaSections(schemas: Shown['components']['schemas']): string {
  return Object.entries(schemas)
    .map(
      ([name, schema]) =>
        `<section class="wide" id="schema-${escapeHtml(name)}"><div class="words"><h3><a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a></h3>${schema.description ? prose(schema.description) : ''}${fieldList(schema, schemas)}</div></section>`,
    )
    .join('')
}

function operationSection(entry: Entry, shown: Shown): string {
  const { path, method, operation } = entry
  const { schemas } = shown.components
  const parameters = operation.parameters.map(parameter =>
    '$ref' in parameter ? shown.components.parameters[lastOf(parameter.$ref)] : parameter,
  )
  const lists = (['path', 'query', 'header'] as const).map(place => {
    const rows = parameters
      .filter(parameter => parameter !== undefined && parameter.in === place)
      .map(parameter =>
        parameter
          ? fieldRow(
              parameter.name,
              {
                ...parameter.schema,
                ...(parameter.description ? { description: parameter.description } : {}),
              },
              parameter.required,
              schemas,
            )
          : '',
      )
    return rows.length > 0 ? `<h4>${PLACES[place]}</h4><dl>${rows.join('')}</dl>` : ''
  })
  const body = operation.requestBody?.content['application/json']
  const answer = successOf(operation)
  const words = `<h3><a href="#${escapeHtml(operation.operationId)}">${escapeHtml(operation.summary)}</a></h3>
<p class="path"><span class="m ${method}">${method}</span><code>${escapeHtml(path)}</code></p>
${operation.description ? `<div${operation.deprecated ? ' class="gone"' : ''}>${prose(operation.description)}</div>` : ''}
<p class="scope">${scopeWords(operation)}</p>${lists.join('')}
${body ? `<h4>Body</h4>${fieldList(body.schema, schemas)}` : ''}
${answer.media ? `<h4>Answer ${answer.status}</h4>${fieldList(answer.media.schema, schemas)}` : ''}
${errorList(operation, shown)}`
  return `<section id="${escapeHtml(operation.operationId)}"><div class="words">${words}</div><div class="samples">${samples(entry, shown, parameters)}</div></section>`
}

const PLACES = { path: 'In the path', query: 'Query', header: 'Headers' } as const

const lastOf = (reference: string) => reference.split('/').at(-1) ?? ''

function scopeWords(operation: Operation): string {
  const [first] = operation.security
  if (!first) return 'Open to everyone.'
  const scopes = Object.values(first)[0] ?? []
  return scopes.length > 0
    ? `Needs <code>${scopes.map(escapeHtml).join('</code>, <code>')}</code>.`
    : 'Needs a signed-in person.'
}

function successOf(operation: Operation): { status: string; media: Media | undefined } {
  const [status = '200', response] =
    Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
  return { status, media: response?.content?.['application/json'] }
}

/** What holds for every operation is said once, in the introduction; here stand the errors of its own. */
function errorList(operation: Operation, shown: Shown): string {
  const rows = Object.entries(operation.responses).flatMap(([status, { $ref }]) => {
    const response = $ref ? shown.components.responses[lastOf($ref)] : undefined
    const examples = Object.entries(response?.content['application/problem+json']?.examples ?? {})
    return examples
      .filter(([code]) => !EVERYWHERE.has(code))
      .map(
        ([code, { summary }]) =>
          `<li><b>${status}</b><a href="/docs/errors#${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a> ${escapeHtml(summary)}</li>`,
      )
  })
  return rows.length > 0 ? `<h4>Errors</h4><ul class="errors">${rows.join('')}</ul>` : ''
}

const EVERYWHERE = new Set(
  'malformed too_large unsupported_type cross_site internal unavailable too_many not_signed_in forbidden read_only in_progress idempotency_mismatch conflict related_missing'
    .split(' ')
    .map(name => `request.${name}`),
)

function samples(entry: Entry, shown: Shown, parameters: readonly (Parameter | undefined)[]): string {
  const { method, path, operation } = entry
  const answer = successOf(operation)
  const exampleOf = (parameter: Parameter | undefined) => String(parameter?.schema.examples?.[0] ?? '')
  const call: SampleCall = {
    origin: shown.servers[0]?.url ?? '',
    method,
    path,
    params: Object.fromEntries(
      parameters
        .filter(parameter => parameter?.in === 'path')
        .map(parameter => [parameter?.name ?? '', exampleOf(parameter) || (parameter?.name ?? '')]),
    ),
    query: parameters
      .filter(parameter => parameter?.in === 'query' && (parameter.required || parameter.name === 'filter'))
      .map(parameter => [parameter?.name ?? '', exampleOf(parameter) || '…']),
    isPublic: operation.security.length === 0,
    headers: parameters
      .filter(parameter => parameter?.name === 'Idempotency-Key' || parameter?.name === 'If-Match')
      .map(parameter => [parameter?.name ?? '', exampleOf(parameter)]),
    body: operation.requestBody?.content['application/json']?.example,
    hasAnswer: answer.media !== undefined,
  }
  const request = `<div class="card"><header><span>Request</span><button data-copy>Copy</button></header><pre class="curl">${escapeHtml(curlSample(call))}</pre><pre class="js">${escapeHtml(scriptSample(call))}</pre></div>`
  if (!answer.media) return request
  return `${request}<div class="card"><header><span>Answer ${answer.status}</span><button data-copy>Copy</button></header><pre>${colouredJson(answer.media.example)}</pre></div>`
}

/** The errors the API can answer, one anchor each; a problem's `type` points here. */
export function errorsPage(errors: ReadonlyMap<string, ErrorSpec>): string {
  const entries = [...errors].sort(([a], [b]) => a.localeCompare(b))
  const groups = Map.groupBy(entries, ([code]) => code.split('.')[0] ?? '')
  const menu = [...groups].map(
    ([group, members]) =>
      `<h2>${escapeHtml(group)}</h2>${members
        .map(
          ([code]) =>
            `<a href="#${escapeHtml(code)}" data-find="${escapeHtml(code)}"><span>${escapeHtml(code.slice(group.length + 1))}</span></a>`,
        )
        .join('')}`,
  )
  const sections = entries.map(
    ([code, spec]) =>
      `<section class="wide" id="${escapeHtml(code)}"><div class="words"><h3><a href="#${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a></h3><p class="path">Status ${spec.status}</p><p>${escapeHtml(spec.title)} ${escapeHtml(spec.detail ?? '')}</p></div></section>`,
  )
  const intro = `<section class="wide intro"><div class="words"><h1>Errors</h1><p>Every error is a problem document with one of these codes. <a href="/docs/api">Back to the reference</a></p></div></section>`
  return page('Millrace API errors', menu.join(''), intro + sections.join(''))
}

const THEME_ICON =
  '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor"/><path d="M7 1.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/></svg>'

function page(title: string, menu: string, main: string): string {
  const tools = `<div class="tools"><button data-set="curl" aria-pressed="true">curl</button><button data-set="js" aria-pressed="false">JavaScript</button></div>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><nav aria-label="Contents"><p class="brand"><span>${escapeHtml(title)}</span><button id="theme" aria-label="Light or dark">${THEME_ICON}</button></p><input id="search" type="search" placeholder="Search, or press /" aria-label="Search the reference">${tools}<p id="nothing" class="empty none">Nothing is called that.</p>${menu}</nav><main>${main}</main><script>${SCRIPT}</script></body></html>`
}
