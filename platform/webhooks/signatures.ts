/**
 * How deliveries prove where they come from. A signature is over the bytes that were sent, never over what was read
 * from them. Sources: Standard Webhooks 1.0.0; GitHub, "Validating webhook deliveries"; Stripe, "Verify webhook
 * signatures manually"; Calendly, "Webhook Signatures".
 */

import { createHmac } from 'node:crypto'
import type { Verification } from '../contract/verification.ts'
import { constantTimeEqual } from '../crypto/tokens.ts'

/** What of a delivery is looked at. */
export interface SignedDelivery {
  /** One header by its name in small letters. */
  header(name: string): string | undefined
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

/** How old a signature with a time may be, and how far ahead its clock, in seconds. */
const TOLERANCE_S = 300
const SIGNATURES_MAX = 20
const STANDARD_SECRET = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/
const STANDARD_KEY_BYTES_MIN = 16

/** Whether the delivery was made by somebody who knows one of the secrets. Never throws on what was delivered. */
export function isGenuine(
  verification: Verification,
  delivery: SignedDelivery,
  secrets: readonly string[],
): boolean {
  return verification.type === 'none' || secrets.some(secret => fits(verification, delivery, secret))
}

/** Whether a text can be a secret for this kind of verification. */
export function isUsableSecret(type: Verification['type'], secret: string): boolean {
  return type === 'standard_webhooks' ? standardKey(secret) !== null : secret.length >= 8
}

function fits(verification: Verification, delivery: SignedDelivery, secret: string): boolean {
  switch (verification.type) {
    case 'none':
      return true
    case 'secret_header': {
      const given = delivery.header(verification.header)
      return given?.isWellFormed() === true && constantTimeEqual(given, secret)
    }
    case 'hmac': {
      const { header, algorithm, encoding, prefix } = verification
      const given = listOf(delivery.header(header), /[\s,]+/)
      const bare = given.filter(text => text.startsWith(prefix)).map(text => text.slice(prefix.length))
      return isAnyEqual(bare, createHmac(algorithm, secret).update(delivery.body).digest(encoding), encoding)
    }
    case 'github': {
      const given = listOf(delivery.header('x-hub-signature-256'), /[\s,]+/)
      const bare = given.filter(text => text.startsWith('sha256=')).map(text => text.slice(7))
      return isAnyEqual(bare, createHmac('sha256', secret).update(delivery.body).digest('hex'), 'hex')
    }
    case 'standard_webhooks':
      return isStandard(delivery, secret)
    case 'stripe':
      return isTimedSignature(delivery, 'stripe-signature', secret)
    case 'calendly':
      return isTimedSignature(delivery, 'calendly-webhook-signature', secret)
  }
}

function isStandard({ header, body, now }: SignedDelivery, secret: string): boolean {
  const key = standardKey(secret)
  const id = header('webhook-id')
  const at = header('webhook-timestamp')
  if (key === null || !id || at === undefined || !isTimely(at, now)) return false
  const given = listOf(header('webhook-signature'), /\s+/)
  const bare = given.filter(text => text.startsWith('v1,')).map(text => text.slice(3))
  return isAnyEqual(
    bare,
    createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64'),
    'base64',
  )
}

/** `t=<seconds>,v1=<hex>`, over the time and the body. */
function isTimedSignature({ header, body, now }: SignedDelivery, name: string, secret: string): boolean {
  const parts = listOf(header(name), /,/).map(part => part.trim())
  const times = parts.filter(part => part.startsWith('t='))
  const at = times[0]?.slice(2)
  if (at === undefined || times.length > 1 || !isTimely(at, now)) return false
  const given = parts.filter(part => part.startsWith('v1=')).map(part => part.slice(3))
  return isAnyEqual(given, createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex'), 'hex')
}

/** The bytes of a Standard Webhooks secret, or null for a text that is none. */
function standardKey(secret: string): Buffer | null {
  const text = STANDARD_SECRET.exec(secret)?.[1]
  const key = Buffer.from(text ?? '', 'base64')
  return key.length < STANDARD_KEY_BYTES_MIN ? null : key
}

function isTimely(seconds: string, now: number): boolean {
  return /^\d{1,11}$/.test(seconds) && Math.abs(now / 1000 - Number(seconds)) <= TOLERANCE_S
}

function listOf(value: string | undefined, separator: RegExp): string[] {
  return (value ?? '').split(separator, SIGNATURES_MAX).filter(text => text !== '')
}

/** Every signature is compared, so that the time tells nothing about which one fits. */
function isAnyEqual(given: readonly string[], expected: string, encoding: 'hex' | 'base64'): boolean {
  let isEqual = false
  for (const text of given) {
    const spelled = encoding === 'hex' ? text.toLowerCase() : text
    if (spelled.isWellFormed() && constantTimeEqual(spelled, expected)) isEqual = true
  }
  return isEqual
}
