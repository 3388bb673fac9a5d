import type { CompanyPatch } from './company-api.ts'
import { checkNaf, checkSiren, checkSiret, nomenclatureOfNaf } from './normalize/french-ids.ts'
import { storedPhone } from './normalize/phone.ts'
import { normalizeUrl } from './normalize/url.ts'
import { changedTags, storedText, wrong } from './record-values.ts'

/** What to change about a company. What is left out stays; null clears. */
export type CompanyChanges = Partial<CompanyPatch>

/** The values of a company that are written, by their names in the API. */
export interface CompanyState {
  readonly name: string
  readonly brandName: string | null
  readonly linkedinName: string | null
  readonly siren: string | null
  readonly hqSiret: string | null
  readonly nafCode: string | null
  readonly nafNomenclature: string | null
  readonly activity: string | null
  readonly foundingYear: number | null
  readonly foundingDate: string | null
  readonly growing: boolean | null
  readonly employeeRange: string | null
  readonly annualRevenue: { readonly amount: number; readonly currency: string } | null
  readonly phones: readonly string[]
  readonly email: string | null
  readonly websiteUrl: string | null
  readonly linkedinUrl: string | null
  readonly street: string | null
  readonly postalCode: string | null
  readonly city: string | null
  readonly country: string | null
  readonly externalId: string | null
  readonly pharowCompanyId: string | null
  readonly source: string | null
  readonly tags: readonly string[]
  readonly ownerUserId: string | null
}

/** A company nobody has said anything about. */
export const NO_COMPANY: CompanyState = {
  name: '',
  brandName: null,
  linkedinName: null,
  siren: null,
  hqSiret: null,
  nafCode: null,
  nafNomenclature: null,
  activity: null,
  foundingYear: null,
  foundingDate: null,
  growing: null,
  employeeRange: null,
  annualRevenue: null,
  phones: [],
  email: null,
  websiteUrl: null,
  linkedinUrl: null,
  street: null,
  postalCode: null,
  city: null,
  country: null,
  externalId: null,
  pharowCompanyId: null,
  source: null,
  tags: [],
  ownerUserId: null,
}

type Text = string | null | undefined
const url = (text: Text) => normalizeUrl(text ?? '')
const upTo = (max: number) => (text: Text) => storedText(text, max)

/** How each text of a company is stored. */
const STORED: Partial<Record<keyof CompanyState, (text: Text) => string | null>> = {
  name: upTo(200),
  brandName: upTo(200),
  linkedinName: upTo(200),
  siren: text => checkSiren(text ?? ''),
  hqSiret: text => checkSiret(text ?? ''),
  nafCode: upTo(20),
  activity: upTo(2_000),
  employeeRange: upTo(40),
  email: upTo(254),
  websiteUrl: url,
  linkedinUrl: url,
  street: upTo(300),
  postalCode: upTo(20),
  city: upTo(100),
  country: upTo(100),
  externalId: upTo(255),
  pharowCompanyId: upTo(100),
  source: upTo(100),
}

/**
 * A company after changes, as it is stored. Throws `request.invalid` for numbers of the register that do not go together: a SIRET
 * that begins with another SIREN, a NAF code that is none of its edition.
 */
export function changedCompany(before: CompanyState, changes: CompanyChanges): CompanyState {
  const after: Record<string, unknown> = { ...before, tags: changedTags(before.tags, changes) }
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || key === 'tags' || !(key in NO_COMPANY)) continue
    const store = STORED[key as keyof CompanyState]
    after[key] = store ? store(value as Text) : value
  }
  if (changes.phones) after.phones = storedPhones(changes.phones, changes.country ?? before.country)
  return withNaf(withSiren(after as unknown as CompanyState, changes), changes)
}

/** Numbers in E.164 where they can be read, each once; those without a country code are of the company's country. */
function storedPhones(phones: readonly string[], country: string | null): string[] {
  const code = country !== null && /^[a-z]{2}$/i.test(country) ? country : undefined
  return [...new Set(phones.flatMap(phone => storedPhone(phone, code) ?? []))]
}

function withSiren(after: CompanyState, changes: CompanyChanges): CompanyState {
  const { siren, hqSiret } = after
  if (hqSiret === null || (changes.siren === undefined && changes.hqSiret === undefined)) return after
  const own = hqSiret.slice(0, 9)
  // Whoever writes one of the two alone means the business that it names.
  if (siren === null && changes.siren === undefined) return { ...after, siren: own }
  if (siren === own || siren === null) return after
  if (changes.hqSiret === undefined) return { ...after, hqSiret: null }
  if (changes.siren === undefined) return { ...after, siren: own }
  throw wrong('/hqSiret', 'not_of_siren', 'A SIRET begins with the SIREN of its company.')
}

function withNaf(after: CompanyState, changes: CompanyChanges): CompanyState {
  const { nafCode } = after
  if (nafCode === null) return { ...after, nafNomenclature: null }
  if (changes.nafCode === undefined && changes.nafNomenclature === undefined) return after
  const edition = changes.nafNomenclature ?? nomenclatureOfNaf(nafCode)
  const checked = edition === null ? null : checkNaf(nafCode, edition)
  if (checked === null)
    throw wrong(
      '/nafCode',
      'invalid_code',
      edition === null
        ? 'A NAF code has four digits and a letter, such as 62.01Z.'
        : `This is no code of ${edition === 'NAF2025' ? 'NAF 2025' : 'NAF rév. 2'}.`,
    )
  return { ...after, nafCode: checked, nafNomenclature: edition }
}
