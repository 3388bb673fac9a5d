import { randomInt } from 'node:crypto'
import type { Config } from '#platform/config.ts'

// No vowels and nothing that looks like something else, as in the keys of forms.
const KEY_DIGITS = '23456789bcdfghjkmnpqrstvwxz'
const KEY_LENGTH = 12

/** What an address for leads says: whose it is, and perhaps the word that picks a workflow. */
export interface AddressedTo {
  readonly key: string
  /** Empty when the address has none. */
  readonly tag: string
}

/** A new key: 57 random bits, so that nobody finds one by trying. */
export function makeMailKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => KEY_DIGITS.charAt(randomInt(KEY_DIGITS.length))).join('')
}

/** The address of a key, with the word of a workflow behind a plus, or behind a dot for programs that refuse a plus. */
export function mailAddress(config: Config, { key, tag }: AddressedTo, sign: '+' | '.' = '+'): string {
  return `${key}${tag === '' ? '' : `${sign}${tag}`}@${config.intakeMailDomain}`
}

/** Reads `key@domain`, `key+tag@domain` and `key.tag@domain` in any case; null for an address of anything else. */
export function readMailAddress(config: Config, address: string): AddressedTo | null {
  const at = address.lastIndexOf('@')
  if (address.slice(at + 1).toLowerCase() !== config.intakeMailDomain) return null
  const match = /^([a-z0-9]{12})(?:[+.](.{0,100}))?$/.exec(address.slice(0, Math.max(at, 0)).toLowerCase())
  return match ? { key: match[1] ?? '', tag: match[2] ?? '' } : null
}
