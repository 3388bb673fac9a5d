import type { Webhook } from '#modules/flow/contract.ts'

type Verification = NonNullable<Webhook['verification']>

/** How a delivery proves where it comes from, in words. */
export function verificationWords(verification: Verification): string {
  switch (verification.type) {
    case 'none':
      return 'Not checked. Everybody who knows the address can start runs.'
    case 'secret_header':
      return `Each delivery has to carry the secret in its header “${verification.header}”.`
    case 'hmac': {
      const { algorithm, encoding, header, prefix } = verification
      const after = prefix === '' ? '' : `, after “${prefix}”`
      return `Each delivery has to be signed with the secret: HMAC ${algorithm.toUpperCase()} of its body in ${encoding}, in the header “${header}”${after}.`
    }
    case 'standard_webhooks':
      return 'Each delivery has to be signed with the secret as Standard Webhooks says.'
    case 'github':
      return 'Each delivery has to be signed by GitHub with the secret.'
    case 'stripe':
      return 'Each delivery has to be signed by Stripe with the secret.'
    case 'calendly':
      return 'Each delivery has to be signed by Calendly with the secret.'
  }
}

type Missed = 'skip' | 'one' | 'all'

const MISSED: Readonly<Record<Missed, string>> = {
  skip: 'Times that were missed are skipped.',
  one: 'For times that were missed one run is started.',
  all: 'For each time that was missed a run is started.',
}

export const missedWords = (missed: Missed) => MISSED[missed]

/** A time of a schedule on the clock of the schedule: "Mon, 24 Nov, 09:00". `at` is RFC 3339 text. */
export function slotWords(at: string, timeZone: string, locale?: string | undefined): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(Date.parse(at))
}
