import type { DuplicateReason } from '#modules/crm/contract.ts'

/** Why two records may be one, for people to read. */
export const reasonWords: Readonly<Record<DuplicateReason, string>> = {
  email: 'Same e-mail',
  phone: 'Same phone',
  domain: 'Same domain',
  number: 'Same SIREN or SIRET',
  externalId: 'Same external ID',
  linkedin: 'Same LinkedIn page',
  name: 'Same name',
  similarName: 'Similar name',
  company: 'Same company',
  person: 'Same person',
}

/** How sure it is, in a word. */
export function sureness(score: number): string {
  if (score >= 90) return 'Very likely'
  return score >= 65 ? 'Likely' : 'Possible'
}
