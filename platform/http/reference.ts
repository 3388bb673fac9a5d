import type { ErrorSpec } from '../errors.ts'

interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  parameters?: { name: string; in: string; required: boolean; schema: unknown; description?: string }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f1e;--dim:#5d6664;--line:#e2e6e5;--bg:#fff;--soft:#f5f7f6;--accent:#0b6b63}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecea;--dim:#9aa5a2;--line:#2a3230;--bg:#121615;--soft:#1a201e;--accent:#4fc3b5}}
*{box-sizing:border-box}body{margin:0;font:15px/1.55 Inter,system-ui,sans-serif;color:var(--ink);background:var(--bg);display:grid;grid-template-columns:260px minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;border-right:1px solid var(--line);padding:24px 20px;font-size:13px}
nav h2{font-size:12px;color:var(--dim);font-weight:600;margin:20px 0 4px}nav a{display:block;color:inherit;text-decoration:none;padding:3px 0}nav a:hover{color:var(--accent)}
main{padding:40px 48px;max-width:860px}h1{font-size:26px;margin:0 0 8px}section{border-top:1px solid var(--line);padding:28px 0}
h3{margin:0 0 6px;font-size:18px}code,pre{font:12.5px/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:12px;border-radius:6px;overflow:auto}
.path{color:var(--dim)}.path b{color:var(--accent)}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
p{max-width:70ch}@media (max-width:800px){body{display:block}nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}main{padding:24px 20px}}`

/** The API reference as one readable page, made from the OpenAPI document. */
export function referencePage(document: Record<string, unknown>): string {
  const paths = document.paths as Record<string, Record<string, Operation>>
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0] ?? ''))].sort()
  const menu = tags.map(tag => {
    const links = operations
      .filter(({ operation }) => operation.tags[0] === tag)
      .map(
        ({ operation }) =>
          `<a href="#${escapeHtml(operation.operationId)}">${escapeHtml(operation.summary)}</a>`,
      )
    return `<h2>${escapeHtml(tag)}</h2>${links.join('')}`
  })
  const sections = tags.flatMap(tag =>
    operations.filter(({ operation }) => operation.tags[0] === tag).map(sectionOf),
  )
  const intro = `<h1>Millrace API</h1>
<p>Everything the web app does. Authenticate with <code>Authorization: Bearer</code> and an access token from
<code>POST /v1/auth/tokens</code>. Errors are <code>application/problem+json</code>; send an <code>Idempotency-Key</code>
with any change to make repeating it harmless. The machine-readable form is <a href="/openapi.json">/openapi.json</a>,
the errors are listed at <a href="/docs/errors">/docs/errors</a>.</p>`
  return page('Millrace API', menu.join(''), intro + sections.join(''))
}

function sectionOf({
  path,
  method,
  operation,
}: {
  path: string
  method: string
  operation: Operation
}): string {
  const parameters = operation.parameters ?? []
  const rows = parameters.map(
    parameter =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${escapeHtml(parameter.in)}${parameter.required ? ', required' : ''}</td><td><code>${escapeHtml(shortSchema(parameter.schema))}</code></td></tr>`,
  )
  const body = operation.requestBody?.content['application/json']?.schema
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    const schema = status.startsWith('2') ? response.content?.['application/json']?.schema : undefined
    return `<p><code>${status}</code> ${escapeHtml(response.description)}</p>${schema ? pre(schema) : ''}`
  })
  return `<section id="${escapeHtml(operation.operationId)}"><h3>${escapeHtml(operation.summary)}</h3>
<p class="path"><b>${method}</b> <code>${escapeHtml(path)}</code></p>
${operation.description ? `<p>${escapeHtml(operation.description)}</p>` : ''}
${rows.length > 0 ? `<table><tr><th>Parameter</th><th>In</th><th>Type</th></tr>${rows.join('')}</table>` : ''}
${body ? `<p>Body</p>${pre(body)}` : ''}${answers.join('')}</section>`
}

/** The errors the API can answer, one anchor each; a problem's `type` points here. */
export function errorsPage(errors: ReadonlyMap<string, ErrorSpec>): string {
  const entries = [...errors].sort(([a], [b]) => a.localeCompare(b))
  const menu = `<h2>Errors</h2>${entries.map(([code]) => `<a href="#${escapeHtml(code)}">${escapeHtml(code)}</a>`).join('')}`
  const sections = entries.map(
    ([code, spec]) =>
      `<section id="${escapeHtml(code)}"><h3><code>${escapeHtml(code)}</code></h3><p class="path">Status ${spec.status}</p><p>${escapeHtml(spec.title)} ${escapeHtml(spec.detail ?? '')}</p></section>`,
  )
  return page(
    'Millrace API errors',
    menu,
    `<h1>Errors</h1><p><a href="/docs/api">Back to the reference</a></p>${sections.join('')}`,
  )
}

function page(title: string, menu: string, main: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><nav>${menu}</nav><main>${main}</main></body></html>`
}

function pre(schema: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`
}

function shortSchema(schema: unknown): string {
  const text = schema as { type?: string; format?: string; enum?: string[]; $ref?: string }
  if (text.$ref) return text.$ref.split('/').at(-1) ?? ''
  if (text.enum) return text.enum.join(' | ')
  return [text.type, text.format].filter(Boolean).join(' ') || 'any'
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
