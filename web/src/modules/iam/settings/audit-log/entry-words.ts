import type { AuditEntry } from '#modules/iam/contract.ts'
import { exactTime } from '../../../../ui/time.ts'

/** The kinds of acts the log can be narrowed to: how actions begin, and what people call them. */
export const areas = [
  { value: 'sign_in', label: 'Sign-ins' },
  { value: 'access', label: 'Refused requests' },
  { value: 'member', label: 'Members' },
  { value: 'invitation', label: 'Invitations' },
  { value: 'team', label: 'Teams' },
  { value: 'record', label: 'Sharing' },
  { value: 'api_key', label: 'API keys' },
  { value: 'identity_provider', label: 'Single sign-on' },
  { value: 'organization', label: 'Organization' },
  { value: 'audit', label: 'The log itself' },
] as const

const known: Readonly<Record<string, string>> = {
  'sign_in.accepted': 'Signed in',
  'sign_in.refused': 'Sign-in refused',
  'access.refused': 'Request refused',
  'api_key.created': 'API key created',
  'api_key.changed': 'API key changed',
  'api_key.rotated': 'API key got a new secret',
  'api_key.revoked': 'API key revoked',
  'api_key.taken_over': 'API key taken over',
  'api_key.refused': 'API key refused',
  'audit.exported': 'Audit log exported',
}

/** An action as people say it: `member.role_changed` is "Member role changed". */
export function actionWords(action: string): string {
  return known[action] ?? sentence(action.replace(/^iam\./, ''))
}

/** A machine's name as words: `expiresAt` is "Expires at". */
function sentence(name: string): string {
  const words = name
    .replaceAll(/[._-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What it was done to: its name, or what kind of thing it is. */
export function objectWords({ object }: AuditEntry): string {
  return object.name ?? (object.type === 'route' ? object.id : sentence(object.type))
}

/** One field of a change, on both sides as text; undefined where it was not. */
export interface FieldChange {
  readonly name: string
  /** The name as words. */
  readonly label: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The fields of a change, side by side. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort()
  return names.map(name => ({
    name,
    label: sentence(name),
    before: before && name in before ? valueWords(before[name]) : undefined,
    after: after && name in after ? valueWords(after[name]) : undefined,
  }))
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function valueWords(value: unknown): string {
  if (typeof value === 'string' && INSTANT.test(value)) return exactTime(Date.parse(value))
  if (value === null || value === '') return 'nothing'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(valueWords).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
