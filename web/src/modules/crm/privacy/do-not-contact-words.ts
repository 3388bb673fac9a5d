import type { BlockReason, ConsentPurpose, LegalBasis } from '#modules/crm/contract.ts'

/** Why somebody is written to no more, as people read it. */
export const reasonWords: Readonly<Record<BlockReason, string>> = {
  unsubscribed: 'Unsubscribed',
  complained: 'Reported as spam',
  bounced: 'Address does not work',
  objected: 'Objected',
  consent_withdrawn: 'Consent withdrawn',
  erased: 'Erased',
  manual: 'Put here by hand',
}

/** What of it a person may say; that somebody was erased only the erasure says. */
export const reasonChoices = (
  ['manual', 'objected', 'unsubscribed', 'complained', 'bounced', 'consent_withdrawn'] as const
).map(value => ({ value, label: reasonWords[value] }))

/** On what the refusal rests, as people read it. */
export const basisWords: Readonly<Record<LegalBasis, string>> = {
  objection: 'Objection (GDPR, article 21)',
  consent_withdrawn: 'Consent withdrawn (GDPR, article 7)',
  legal_obligation: 'Legal obligation',
  legitimate_interest: 'Legitimate interest',
}

/** What people agree to, as they would say it. */
export const purposeWords: Readonly<Record<ConsentPurpose, string>> = {
  email_marketing: 'Newsletters',
  tracking: 'Tracking',
  profiling: 'Profiling',
}

export interface Named {
  readonly email?: string
  readonly domain?: string
}

/** What was typed or pasted, taken apart: addresses, and domains with or without an @ before them. */
export function namedIn(text: string): Named[] {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  return words.map(word => {
    const bare = word.replace(/^<|>$/g, '')
    return bare.lastIndexOf('@') > 0 ? { email: bare } : { domain: bare.replace(/^@/, '') }
  })
}
