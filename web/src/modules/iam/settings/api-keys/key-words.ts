import type { ApiKey } from '#modules/iam/contract.ts'
import { scopeGroups } from '#modules/iam/contract.ts'
import type { StatusKind } from '../../../../ui/status.tsx'

/** How a key stands, with its icon. */
export const keyStates: Readonly<Record<ApiKey['state'], { kind: StatusKind; words: string }>> = {
  active: { kind: 'active', words: 'Active' },
  expired: { kind: 'paused', words: 'Expired' },
  revoked: { kind: 'cancelled', words: 'Revoked' },
  stopped: { kind: 'failed', words: 'Stopped' },
}

const labels = new Map<string, string>(
  scopeGroups.flatMap(group => group.scopes.map(({ scope, label }) => [scope, label] as const)),
)

/** What a scope lets a key do. */
export function scopeWords(scope: string): string {
  return labels.get(scope) ?? scope
}

/** Scopes in a few words, for a table. */
export function scopesSummary(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'Nothing'
  const first = scopeWords(scopes[0] ?? '')
  return scopes.length === 1 ? first : `${first} and ${scopes.length - 1} more`
}

/** The addresses in a text, with commas, spaces or lines between them. */
export function networksIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))]
}

/** When a key ends, in days; `never` has no end. */
export const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'Never' },
] as const
export type Lifetime = (typeof lifetimes)[number]['value']

export function daysOf(lifetime: Lifetime): number | null {
  return lifetime === 'never' ? null : Number(lifetime)
}

/** How long an old secret works on after a new one was made, in hours. */
export const graces = [
  { value: '0', label: 'Not at all' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '1 day' },
  { value: '168', label: '7 days' },
] as const
export type Grace = (typeof graces)[number]['value']
