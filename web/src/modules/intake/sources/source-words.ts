import type { DeliveryStatus, Source, WebhookSourceSettings } from '#modules/intake/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'

type Verification = WebhookSourceSettings['verification']

export const KIND_WORDS: Readonly<Record<Source['kind'], string>> = {
  webhook: 'Webhook',
  calendly: 'Calendly',
}

/** How a delivery proves where it comes from, to choose from. */
export const VERIFICATIONS: readonly { value: Verification['type']; label: string }[] = [
  { value: 'none', label: 'By knowing the address' },
  { value: 'secret_header', label: 'By the secret in a header' },
  { value: 'hmac', label: 'By a signature (HMAC)' },
  { value: 'standard_webhooks', label: 'By Standard Webhooks' },
  { value: 'github', label: 'By a signature of GitHub' },
  { value: 'stripe', label: 'By a signature of Stripe' },
]

/** What a way of checking starts from. */
export function startOf(type: Verification['type']): Verification {
  if (type === 'secret_header') return { type, header: 'x-secret' }
  if (type === 'hmac') {
    return { type, header: 'x-signature', algorithm: 'sha256', encoding: 'hex', prefix: '' }
  }
  return { type }
}

export const DELIVERY_WORDS: Readonly<Record<DeliveryStatus, { word: string; kind: StatusKind }>> = {
  waiting: { word: 'Waiting', kind: 'waiting' },
  unmapped: { word: 'Unmapped', kind: 'pending' },
  done: { word: 'Lead', kind: 'done' },
  ignored: { word: 'Ignored', kind: 'cancelled' },
  failed: { word: 'Failed', kind: 'failed' },
}

/** How a source stands, in a word. */
export function standingOf({ isEnabled, webhook, connection, deliveries }: Source): {
  word: string
  kind: StatusKind
} {
  if (!isEnabled) return { word: 'Off', kind: 'paused' }
  if (connection?.problem) return { word: 'Not connected', kind: 'failed' }
  if (deliveries.failed > 0) {
    return { word: deliveries.failed === 1 ? '1 failed' : `${deliveries.failed} failed`, kind: 'failed' }
  }
  if (webhook && webhook.mapping === null) return { word: 'Needs a mapping', kind: 'pending' }
  return { word: 'On', kind: 'active' }
}
