import type { Context } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'

/** What an entry of the list is about. */
export interface Refused {
  readonly kind: 'email' | 'domain'
  /** In small letters. */
  readonly value: string
}

/** Addresses are told apart without regard to case, as everywhere. */
export function addressOf(email: string): string {
  return email.trim().toLowerCase()
}

/**
 * The key an entry is found by: a keyed hash, so that an entry whose address was erased still refuses it and tells nobody
 * what it was. It differs between organizations.
 */
export function refusalKey(ctx: Context, { kind, value }: Refused): string {
  return hmacSign(ctx.kit.keyFor('crm.do-not-contact'), ctx.orgId, kind, value)
}

/** Everything that would refuse an address: itself, its domain and every domain above that. */
export function refusersOf(email: string): Refused[] {
  const value = addressOf(email)
  const labels = value.slice(value.lastIndexOf('@') + 1).split('.')
  const domains = labels.slice(0, -1).map((_, from) => labels.slice(from).join('.'))
  return [{ kind: 'email', value }, ...domains.map(domain => ({ kind: 'domain' as const, value: domain }))]
}
