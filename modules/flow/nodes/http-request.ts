import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'

/** Headers the sender sets itself; a tenant's value could smuggle a second request or forge the key. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export const httpRequestConfig = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET'),
  url: z.string().min(1).max(4_000).describe('The address; values put after its host are percent-encoded.'),
  headers: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'This is not the name of a header.')
          .refine(name => !RESERVED_HEADERS.has(name.toLowerCase()), 'This header is set by Millrace.'),
        value: z.string().max(4_000).describe('A template.'),
      }),
    )
    .max(50)
    .default([])
    .describe('A name that stands here several times is sent once, with its values in one line.'),
  body: z.string().max(200_000).optional().describe('The body; values put into a JSON body are escaped.'),
  bodyType: z.enum(['json', 'text']).default('json').describe('How the body is checked and announced.'),
  atMostOnce: z
    .boolean()
    .default(false)
    .describe(
      'Better never than twice: when it is not known whether the request arrived, the step fails instead of sending it again.',
    ),
})

export type HttpRequestConfig = z.infer<typeof httpRequestConfig>

export const httpRequest: NodeType<HttpRequestConfig> = {
  type: 'http_request',
  kind: 'action',
  title: 'HTTP request',
  description: 'Calls another system and keeps its answer. Repeated attempts carry the same idempotency key.',
  icon: 'globe',
  purity: 'remote',
  config: httpRequestConfig,
  retry: { attempts: 3, backoffMs: 2_000, growth: 'exponential' },
  timeoutMs: 30_000,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`${config.method} ${config.url}`),
  templates: config => {
    const fields: TemplateField[] = [{ path: ['url'], text: config.url, escape: 'url' }]
    config.headers.forEach((header, index) => {
      fields.push({ path: ['headers', index, 'value'], text: header.value })
    })
    if (config.body !== undefined) {
      fields.push({ path: ['body'], text: config.body, escape: config.bodyType === 'json' ? 'json' : 'none' })
    }
    return fields
  },
  conditions: () => NO_FIELDS,
}
