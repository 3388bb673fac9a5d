import { z } from 'zod'
import type { FormField } from '#modules/intake/contract.ts'
import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import { eventKindOf } from '../event-kinds.ts'
import type { GraphNode } from '../graph.ts'

/** No record has it. */
const NO_ID = '00000000-0000-0000-0000-000000000000'
const NO_TIME = '2026-01-31T09:00:00.000Z'

/** What a call is answered when nothing better is known. */
export function madeUpAnswer(kind: string): Json {
  return kind === 'http_request' ? { status: 200, headers: {}, body: null } : null
}

/** An event of the kind that a step waits for. */
export function madeUpEvent({ eventType }: JsonObject): Json {
  return { event: { id: NO_ID, type: eventType ?? null, payload: payloadOf(String(eventType)), at: null } }
}

/** A payload such as events of this type have. */
function payloadOf(type: string): Json {
  const kind = eventKindOf(type)?.kind
  if (kind === undefined) return {}
  return valueLike(z.toJSONSchema(kind.payload, { unrepresentable: 'any' }) as Schema)
}

interface Schema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The plainest value that a schema describes. */
function valueLike(schema: Schema): Json {
  const [either] = schema.anyOf ?? []
  if (either !== undefined) return valueLike(either)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0] ?? null
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [name, valueLike(member)]),
      )
    case 'array':
      return []
    case 'string':
      return schema.format === 'uuid' ? NO_ID : schema.format === 'date-time' ? NO_TIME : 'text'
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return null
  }
}

/** What a run would be started with by a trigger of this kind, so that there is something to read. */
export function madeUpInput(
  trigger: GraphNode | undefined,
  fields: readonly FormField[],
  now: Date,
): JsonObject {
  const answers = Object.fromEntries(fields.map(field => [field.key, answerTo(field)]))
  switch (trigger?.type) {
    case 'form_submitted':
      return { lead: leadWith(answers), form: { id: NO_ID, answers } }
    case 'event': {
      const type = String(trigger.config.event ?? '')
      const told = { id: NO_ID, type, payload: payloadOf(type), at: now.toISOString(), depth: 1 }
      const lead = eventKindOf(type)?.leadSubject === 'lead' ? { lead: leadWith(answers) } : {}
      return { event: told, ...lead }
    }
    case 'schedule': {
      const { timeZone, input } = trigger.config as { timeZone?: string; input?: JsonObject }
      return { ...input, schedule: { slot: now.toISOString(), timeZone: timeZone ?? 'UTC' } }
    }
    case 'webhook':
      return { webhook: { headers: {}, query: {}, body: {}, digest: '' } }
    default:
      return {}
  }
}

function leadWith(fields: JsonObject): JsonObject {
  const email = 'name@example.com'
  const person = { id: NO_ID, name: 'Name', firstName: 'Name', lastName: null, email, phone: null }
  return { id: NO_ID, name: 'Name', email, status: 'NEW', fields, person }
}

function answerTo(field: FormField): string {
  switch (field.type) {
    case 'EMAIL':
      return 'name@example.com'
    case 'PHONE':
      return '+33 6 12 34 56 78'
    case 'URL':
      return 'https://example.com/'
    case 'MULTI_SELECT':
      return field.options.slice(0, field.validation.min ?? 1).join('\n')
    case 'HIDDEN':
      return field.prefill?.value ?? field.label
    case 'DROPDOWN':
      return field.options[0] ?? ''
    case 'NUMBER':
      return String(field.validation.min ?? 1)
    case 'DATE':
      return field.validation.min ?? '2026-01-31'
    case 'CHECKBOX':
    case 'CONSENT':
      return 'true'
    default:
      return field.label
  }
}
