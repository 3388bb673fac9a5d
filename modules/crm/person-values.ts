import { storedPhone } from './normalize/phone.ts'
import { normalizeUrl } from './normalize/url.ts'
import type { PersonPatch } from './person-api.ts'
import { cleanName, cutText } from './person-names.ts'
import { changedTags, storedText } from './record-values.ts'

/** What to change about a person. What is left out stays; null clears. Texts are cut to what their columns hold. */
export type PersonChanges = Partial<PersonPatch>

/** The values of a person that are written, with those of the primary position, by their names in the API. */
export interface PersonState {
  readonly firstName: string | null
  readonly lastName: string | null
  readonly salutation: string | null
  readonly phone: string | null
  readonly mobile: string | null
  readonly linkedinUrl: string | null
  readonly externalId: string | null
  readonly source: string | null
  readonly lifecycleStage: string
  readonly status: string
  readonly score: number
  readonly tags: readonly string[]
  readonly ownerUserId: string | null
  readonly email: string | null
  /** Null while there is no primary position. */
  readonly emailStatus: string | null
  readonly title: string | null
  readonly companyId: string | null
}

/** A person nobody has said anything about. */
export const NO_ONE: PersonState = {
  firstName: null,
  lastName: null,
  salutation: null,
  phone: null,
  mobile: null,
  linkedinUrl: null,
  externalId: null,
  source: null,
  lifecycleStage: 'lead',
  status: 'active',
  score: 0,
  tags: [],
  ownerUserId: null,
  email: null,
  emailStatus: null,
  title: null,
  companyId: null,
}

type Text = string | null | undefined
const phone = (text: Text) => storedPhone(cutText(text?.trim() ?? '', 50))

/** How each text of a person is stored. */
const STORED: Partial<Record<keyof PersonState, (text: Text) => string | null>> = {
  firstName: text => cleanName(text ?? undefined),
  lastName: text => cleanName(text ?? undefined),
  salutation: text => storedText(text, 40),
  phone,
  mobile: phone,
  linkedinUrl: text => normalizeUrl(text ?? '') ?? storedText(text, 2_000),
  externalId: text => storedText(text, 255),
  source: text => storedText(text, 100),
  email: text => storedText(text, 254),
  title: text => storedText(text, 200),
}

/** A person after changes, as they are stored. */
export function changedPerson(before: PersonState, changes: PersonChanges): PersonState {
  const after: Record<string, unknown> = { ...before, tags: changedTags(before.tags, changes) }
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || key === 'tags' || !(key in NO_ONE)) continue
    const store = STORED[key as keyof PersonState]
    after[key] = store ? store(value as Text) : value
  }
  // Whether an address can be reached was found out for that address.
  const isMoved = String(after.email).toLowerCase() !== String(before.email).toLowerCase()
  if (isMoved && changes.emailStatus === undefined) after.emailStatus = 'unverified'
  return after as unknown as PersonState
}

/** Whether a state needs a position to be kept in. */
export function hasPosition({ email, title, companyId }: PersonState): boolean {
  return email !== null || title !== null || companyId !== null
}
