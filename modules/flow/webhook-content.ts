import { createHash } from 'node:crypto'
import { z } from 'zod'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { parsePart } from '#platform/http/input.ts'
import { parseJson } from '#platform/http/json.ts'
import type { WebhookConfig } from './nodes/webhook.ts'
import { isForbiddenName, type Json, type JsonObject, readPath } from './plain-data.ts'

/** What a run is told of a delivery. */
export interface Delivered {
  readonly headers: JsonObject
  readonly query: JsonObject
  readonly body: Json
  /** SHA-256 of the bytes of the body in hex, by which two deliveries are told apart. */
  readonly digest: string
}

const HEADERS_MAX = 64
const HEADER_LENGTH_MAX = 2_000
const KEY_LENGTH_MAX = 200

/** What could let a reader of the run act as the sender, and what only the way here was about. */
const WITHHELD =
  /authorization|cookie|secret|token|password|signature|api-?key|^x-forwarded-|^forwarded$|^x-real-ip$/
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Reads a delivery as runs see it. Throws `request.malformed` for JSON that is none, `request.invalid` for text that
 * cannot be stored and `request.unsupported_type` for bytes that are no text.
 */
export function readDelivery(http: Http, query: unknown, { verification }: WebhookConfig): Delivered {
  const { rawBody } = http
  const digest = createHash('sha256').update(rawBody).digest('hex')
  const secretHeader = 'header' in verification ? verification.header : null
  return {
    headers: safeHeaders(http.headers, secretHeader),
    query: parsePart('query', z.json(), query) as JsonObject,
    body: parsePart('body', z.json(), bodyOf(http.header('content-type') ?? '', rawBody)) as Json,
    digest,
  }
}

function safeHeaders(headers: Http['headers'], secretHeader: string | null): JsonObject {
  const kept = Object.entries(headers)
    .filter(([name]) => !WITHHELD.test(name) && !HOP_BY_HOP.has(name) && name !== secretHeader)
    .slice(0, HEADERS_MAX)
    .map(([name, value]) => [name, [value].flat().join(', ').slice(0, HEADER_LENGTH_MAX)])
  return Object.fromEntries(kept)
}

function bodyOf(contentType: string, bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null
  if (/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType.trim())) return parseJson(bytes)
  const text = textOf(bytes)
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType.trim())) return text
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (isForbiddenName(name)) continue
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(fields)
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw generalErrors.unsupported_type({ detail: 'Send JSON, form fields or text in UTF-8.' })
  }
}

/** What names the delivery, so that it starts one run however often it comes; undefined when nothing does. */
export function deliveryKey(http: Http, { verification, deduplicateBy }: WebhookConfig, body: Json) {
  const id = deduplicateBy
    ? 'header' in deduplicateBy
      ? http.header(deduplicateBy.header)
      : readPath(body, deduplicateBy.path.split('.').map(asSegment))
    : presetId(http, verification.type, body)
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  const text = String(id)
  if (text === '') return undefined
  const isPlain = text.length <= KEY_LENGTH_MAX && /^[\x20-\x7e]+$/.test(text)
  return `webhook:${isPlain ? text : createHash('sha256').update(text).digest('hex')}`
}

function presetId(http: Http, type: WebhookConfig['verification']['type'], body: Json): unknown {
  switch (type) {
    case 'standard_webhooks':
      return http.header('webhook-id')
    case 'github':
      return http.header('x-github-delivery')
    case 'stripe':
      return readPath(body, ['id'])
    default:
      return undefined
  }
}

function asSegment(segment: string): string | number {
  return /^\d{1,9}$/.test(segment) ? Number(segment) : segment
}
