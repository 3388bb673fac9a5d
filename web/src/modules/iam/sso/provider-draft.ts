import type { IdentityProvider } from '#modules/iam/contract.ts'

/** What the form of a provider holds while it is filled in. */
export interface ProviderDraft {
  name: string
  issuer: string
  clientId: string
  /** Empty means: as it is stored. */
  clientSecret: string
  /** Separated by commas, spaces or lines. */
  domains: string
  scopes: string
  vouchesForAddresses: boolean
}

/** The form of a provider, or of a new one. */
export function draftOf(provider: IdentityProvider | undefined): ProviderDraft {
  return {
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    domains: (provider?.domains ?? []).map(each => each.domain).join(', '),
    scopes: (provider?.scopes ?? ['openid', 'email', 'profile']).join(' '),
    vouchesForAddresses: provider?.vouchesForAddresses ?? false,
  }
}

/** The words of a text, whatever stands between them. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}

/** What the API takes; without the secret when none was entered. */
export function bodyOf(draft: ProviderDraft) {
  const { clientSecret, domains, scopes, ...rest } = draft
  return {
    ...rest,
    domains: wordsOf(domains),
    scopes: wordsOf(scopes),
    ...(clientSecret === '' ? {} : { clientSecret }),
  }
}

/** What is missing, by field. A secret is needed once. */
export function draftErrors(
  draft: ProviderDraft,
  isNew: boolean,
): Partial<Record<keyof ProviderDraft, string>> {
  const errors: Partial<Record<keyof ProviderDraft, string>> = {}
  if (draft.name.trim() === '') errors.name = 'Enter a name that your members know.'
  if (!/^https?:\/\/[^/]/.test(draft.issuer.trim()))
    errors.issuer = 'Enter a URL like https://login.example.com.'
  if (draft.clientId.trim() === '') errors.clientId = 'Enter the client id.'
  if (isNew && draft.clientSecret === '') errors.clientSecret = 'Enter the client secret.'
  return errors
}
