import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isForbiddenName, type Json, type JsonObject, readPath } from '../contract/plain-data.ts'
import type { Verification } from '../contract/verification.ts'
import { generalErrors } from '../errors.ts'
import type { Http } from '../http/handlers.ts'
import { parsePart } from '../http/input.ts'
import { parseJson } from '../http/json.ts'

/** What is kept of a delivery. */
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

/** What could let a reader act as the sender, and what only the way here was about. */
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

/** How a delivery says who sent it and which one it is. */
export interface DeliveryRules {
  readonly verification: Verification
  readonly deduplicateBy?: { readonly header: string } | { readonly path: string } | undefined
}

/**
 * Reads a delivery, without what would let a reader act as its sender. Throws `request.malformed` for JSON that is none, `request.invalid` for text that
 * cannot be stored and `request.unsupported_type` for bytes that are no text.
 */
export function readDelivery(http: Http, query: unknown, { verification }: DeliveryRules): Delivered {
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

/** What names the delivery, so that it counts once however often it comes; undefined when nothing does. */
export function deliveryKey(
  http: Http,
  { verification, deduplicateBy }: DeliveryRules,
  body: Json,
): string | undefined {
  const id = deduplicateBy
    ? 'header' in deduplicateBy
      ? http.header(deduplicateBy.header)
      : readPayload(body, deduplicateBy.path)
    : presetId(http, verification.type, body)
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  const text = String(id)
  if (text === '') return undefined
  const isPlain = text.length <= KEY_LENGTH_MAX && /^[\x20-\x7e]+$/.test(text)
  return isPlain ? text : createHash('sha256').update(text).digest('hex')
}

function presetId(http: Http, type: Verification['type'], body: Json): unknown {
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

/** What stands at a path like `order.items.0.id`; undefined when nothing does. */
export function readPayload(body: unknown, path: string): unknown {
  return readPath(body, path.split('.').map(asSegment))
}

function asSegment(segment: string): string | number {
  return /^\d{1,9}$/.test(segment) ? Number(segment) : segment
}
