import { newId } from '#platform/ids.ts'
import { changedTags } from '../record-values.ts'
import { fold } from '../search/fold.ts'
import type { RowFault } from './cell-faults.ts'
import type { ImportObject, ImportPolicy } from './import-api.ts'
import { domainOf, type KnownRecords, type PersonState, type RowState } from './known-records.ts'
import type { PartValues, ReadRow } from './read-row.ts'

/** What decides what becomes of rows, beside the rows. */
export interface PlanSettings {
  readonly object: ImportObject
  readonly policy: ImportPolicy
  /** Whose new records are. */
  readonly ownerUserId: string | null
}

/** What becomes of a row. */
export interface PlannedRow {
  readonly row: ReadRow
  readonly fault: RowFault | null
  readonly person: PersonState | null
  readonly company: RowState | null
  /** Whether the record it is about was there before, or further up in this part. */
  readonly isMatched: boolean
}

export interface Plan {
  readonly rows: readonly PlannedRow[]
  readonly companies: readonly RowState[]
  readonly people: readonly PersonState[]
}

/** Where new records come from when nobody says it. */
const SOURCE = 'import'

/** Decides what the rows of a part become, one after the other. Changes the states in `known` and touches no database. */
export function planRows(rows: readonly ReadRow[], known: KnownRecords, settings: PlanSettings): Plan {
  const { companyKeys, personKeys } = settings.policy
  const companies = indexOf(known.companies, COMPANY_KEYS, companyKeys)
  // Who has an address is known whatever people are found by: no two have the same.
  const people = indexOf(known.people, PERSON_KEYS, [...new Set([...personKeys, 'email'])])
  const planned = rows.map((row): PlannedRow => {
    const nothing = { row, person: null, company: null, isMatched: false }
    const isFaulty = row.faults.length > 0 && settings.policy.faulty === 'skip_row'
    if (row.rowFault !== null || isFaulty) return { ...nothing, fault: row.rowFault }
    if (settings.object === 'company') {
      const company = planCompany(row.company, companies, settings)
      if (company === null) return { ...nothing, fault: 'nothing' }
      if (company.fault !== null) return { ...nothing, fault: company.fault }
      return { ...nothing, company: company.record, isMatched: company.isMatched, fault: null }
    }
    return planPerson(row, companies, people, known, settings)
  })
  return { rows: planned, companies: companies.all, people: people.all }
}

/** The texts a record is found by under one key. */
type KeyTexts<R> = (record: R) => readonly unknown[]

/** Records of a part by what they are found by. */
interface RecordIndex<R extends RowState> {
  readonly all: R[]
  readonly byKey: ReadonlyMap<string, Map<string, R[]>>
  readonly keys: Readonly<Record<string, KeyTexts<R>>>
}

function indexOf<R extends RowState>(
  records: readonly R[],
  keys: Readonly<Record<string, KeyTexts<R>>>,
  wanted: readonly string[],
): RecordIndex<R> {
  const index: RecordIndex<R> = { all: [], byKey: new Map(wanted.map(key => [key, new Map()])), keys }
  for (const record of records) addTo(index, record)
  return index
}

function addTo<R extends RowState>(index: RecordIndex<R>, record: R): void {
  index.all.push(record)
  refind(index, record)
}

/** Makes a record findable by what it has become. */
function refind<R extends RowState>({ byKey, keys }: RecordIndex<R>, record: R): void {
  for (const [key, found] of byKey)
    for (const text of keys[key]?.(record) ?? []) {
      if (typeof text !== 'string') continue
      const those = found.get(text)
      if (!those) found.set(text, [record])
      else if (!those.includes(record)) those.push(record)
    }
}

/** Those that have one of the texts which the values of a row have under a key. */
function* having<R extends RowState>({ byKey, keys }: RecordIndex<R>, key: string, like: R): Generator<R> {
  for (const text of keys[key]?.(like) ?? [])
    if (typeof text === 'string') yield* byKey.get(key)?.get(text) ?? []
}

const folded = (value: unknown) => (typeof value === 'string' ? fold(value) : null)

const COMPANY_KEYS: Readonly<Record<ImportPolicy['companyKeys'][number], KeyTexts<RowState>>> = {
  id: ({ id }) => [id],
  externalId: ({ state }) => [state.external_id],
  siren: ({ state }) => [state.siren],
  domain: ({ state }) => [domainOf(state.website_url)],
  name: ({ state }) => [folded(state.name)],
}

const PERSON_KEYS: Readonly<Record<ImportPolicy['personKeys'][number], KeyTexts<PersonState>>> = {
  id: ({ id }) => [id],
  externalId: ({ state }) => [state.external_id],
  phone: ({ state }) => [state.phone, state.mobile],
  email: ({ positions }) => positions.map(({ state }) => emailKey(state)),
  nameAndCompany: ({ state, positions }) =>
    positions.map(position => nameAndCompany(state, position.state.company_id)),
}

function emailKey({ email }: PartValues): string | null {
  return typeof email === 'string' ? email.toLowerCase() : null
}

function nameAndCompany(person: PartValues, companyId: unknown): string | null {
  const [first, last] = [folded(person.first_name), folded(person.last_name)]
  return first === null || last === null || typeof companyId !== 'string'
    ? null
    : JSON.stringify([first, last, companyId])
}

interface PlannedCompany {
  readonly record: RowState
  readonly isMatched: boolean
  /** Set when it could not be written; it is the one all the same. */
  readonly fault: RowFault | null
}

/** The company of a row, found or made; null when nothing says which. */
function planCompany(
  values: PartValues,
  index: RecordIndex<RowState>,
  settings: PlanSettings,
): PlannedCompany | null {
  const { policy, object } = settings
  const mayMatch = object === 'person' || policy.known !== 'create'
  const found = mayMatch ? findCompany(values, index, policy) : undefined
  const tags = object === 'company' ? policy.tags : []
  if (found) {
    const written = applyValues(found, withTags(values, tags), policy.known)
    if (written === 'changed') refind(index, found)
    return { record: found, isMatched: true, fault: written === 'refused' ? 'read_only' : null }
  }
  const name =
    values.name ?? values.brand_name ?? values.linkedin_name ?? domainOf(values.website_url) ?? values.siren
  if (name === undefined || name === null) return null
  const made = newRecord({ ...withTags(values, tags), name }, settings)
  addTo(index, made)
  return { record: made, isMatched: false, fault: null }
}

function findCompany(
  values: PartValues,
  index: RecordIndex<RowState>,
  { companyKeys }: ImportPolicy,
): RowState | undefined {
  const like = { id: String(values.id), state: values, original: null, isWritable: true }
  for (const key of companyKeys)
    for (const found of having(index, key, like)) if (!contradicts(key, found.state, values)) return found
  return undefined
}

/** Names and domains are shared; businesses with another number, or another address on the web, are others. */
function contradicts(
  key: ImportPolicy['companyKeys'][number],
  known: PartValues,
  given: PartValues,
): boolean {
  const differ = (a: unknown, b: unknown) => a != null && b != null && a !== b
  if (key === 'id' || key === 'externalId' || key === 'siren') return false
  if (differ(known.siren, given.siren) || differ(known.external_id, given.external_id)) return true
  return key === 'name' && differ(domainOf(known.website_url), domainOf(given.website_url))
}

function planPerson(
  row: ReadRow,
  companies: RecordIndex<RowState>,
  people: RecordIndex<PersonState>,
  known: KnownRecords,
  settings: PlanSettings,
): PlannedRow {
  const { policy } = settings
  const refuse = (fault: RowFault): PlannedRow => ({
    row,
    fault,
    person: null,
    company: null,
    isMatched: false,
  })
  const email = emailKey(row.position)
  if (email !== null && known.hiddenEmails.has(email)) return refuse('email_taken')
  const holder = email === null ? undefined : people.byKey.get('email')?.get(email)?.[0]
  if (policy.known === 'create' && holder) return refuse('email_known')
  const isNamed = [row.person.first_name, row.person.last_name, email, row.person.id].some(
    value => value != null,
  )
  const isSomebody = isNamed || row.person.external_id != null
  const planned = planCompany(row.company, companies, settings)
  const company = planned?.record ?? null
  // A row that names a company and nobody in it is about the company.
  if (!isSomebody)
    return planned === null
      ? refuse('nothing')
      : { row, fault: planned.fault, person: null, company, isMatched: planned.isMatched }
  const position = { ...row.position, ...(company ? { company_id: company.id } : {}) }
  const found = policy.known === 'create' ? undefined : findPerson(row.person, position, people, policy)
  if (found && holder && found !== holder) return refuse('email_known')
  const fault = planned?.fault ?? null
  const values = withTags(row.person, policy.tags)
  if (found) {
    if (applyValues(found, values, policy.known) === 'refused') return refuse('read_only')
    if (policy.known !== 'skip') applyPosition(found, position, policy.known)
    refind(people, found)
    return { row, fault, person: found, company, isMatched: true }
  }
  const made: PersonState = { ...newRecord(values, settings), positions: [] }
  if (Object.keys(position).length > 0) made.positions.push(newPosition(made, position))
  addTo(people, made)
  return { row, fault, person: made, company, isMatched: false }
}

function findPerson(
  person: PartValues,
  position: PartValues,
  index: RecordIndex<PersonState>,
  { personKeys }: ImportPolicy,
): PersonState | undefined {
  const like = { id: String(person.id), state: person, original: null, isWritable: true }
  const positions = [{ id: '', state: position, original: null, isWritable: true }]
  for (const key of personKeys) for (const found of having(index, key, { ...like, positions })) return found
  return undefined
}

function withTags(values: PartValues, tags: readonly string[]): PartValues {
  if (tags.length === 0) return values
  return { ...values, tags: [...((values.tags as string[] | undefined) ?? []), ...tags] }
}

function newRecord({ id: _, ...values }: PartValues, settings: PlanSettings): RowState {
  const state = {
    ...values,
    ...(values.tags === undefined ? {} : { tags: changedTags([], { addTags: values.tags as string[] }) }),
    source: values.source ?? settings.policy.source ?? SOURCE,
    owner_user_id: values.owner_user_id ?? settings.ownerUserId,
  }
  return { id: newId(), original: null, state, isWritable: true }
}

function newPosition(person: PersonState, values: PartValues): RowState {
  const isPrimary = !person.positions.some(({ state }) => state.is_primary === true)
  const state = { ...values, person_id: person.id, is_primary: isPrimary }
  return { id: newId(), original: null, state, isWritable: person.isWritable }
}

/**
 * Puts the values of a row into a record, as far as the policy wants it. One that may only be looked at stays as it is, and that is
 * said when something would have been written.
 */
function applyValues(
  record: RowState,
  { id: _, ...values }: PartValues,
  known: ImportPolicy['known'],
): 'changed' | 'same' | 'refused' {
  if (known === 'skip') return 'same'
  const after = mergedValues(record.state, values, known === 'overwrite')
  if (Object.keys(after).every(key => same(after[key], record.state[key]))) return 'same'
  if (!record.isWritable) return 'refused'
  Object.assign(record.state, after)
  return 'changed'
}

/** The values of a record that differ afterwards may be among these; lists of tags only grow. */
function mergedValues(before: PartValues, given: PartValues, isOverwritten: boolean): PartValues {
  const after: PartValues = {}
  for (const [name, value] of Object.entries(given)) {
    const held = before[name]
    if (name === 'tags')
      after.tags = changedTags((held as string[] | undefined) ?? [], { addTags: value as string[] })
    else if (name === 'custom' || name === 'address')
      after[name] = {
        ...(held as object),
        ...mergedValues((held ?? {}) as PartValues, value as PartValues, isOverwritten),
      }
    else after[name] = isOverwritten || isEmpty(name, held) ? value : held
  }
  // These are one value in two columns, and a number of one edition or currency is none of another.
  for (const [first, second] of PAIRS)
    if (first in after && !isOverwritten && !isEmpty(first, before[first])) after[second] = before[second]
  const [siret, siren] = [after.hq_siret ?? before.hq_siret, after.siren ?? before.siren]
  if (siren != null && siret != null && !String(siret).startsWith(String(siren))) delete after.hq_siret
  return after
}

const PAIRS = [
  ['annual_revenue', 'annual_revenue_currency'],
  ['naf_code', 'naf_nomenclature'],
] as const

function isEmpty(name: string, value: unknown): boolean {
  if (name === 'score') return value === 0 || value === undefined
  if (name === 'email_status') return value === 'unverified' || value === undefined
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Whether a record was there before and is as it was. */
export function isUntouched({ original, state }: RowState): boolean {
  return original !== null && same(original, state)
}

/** Whether two values are the same as they are stored; objects in whatever order their members came. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (a ?? null) === (b ?? null)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return JSON.stringify(a) === JSON.stringify(b)
  const [first, second] = [a as PartValues, b as PartValues]
  return (
    Object.keys(first).every(key => same(first[key], second[key])) &&
    Object.keys(second).every(key => key in first || second[key] == null)
  )
}

/**
 * Puts what a row says about a role into the position it speaks of: the one with its address, else the one at its company, else
 * the primary one when that is at no other company; else a new one.
 */
function applyPosition(person: PersonState, values: PartValues, known: ImportPolicy['known']): void {
  if (Object.keys(values).length === 0 || !person.isWritable) return
  const { positions } = person
  const email = emailKey(values)
  const at = (companyId: unknown) => positions.filter(({ state }) => (state.company_id ?? null) === companyId)
  const primary = positions.find(({ state }) => state.is_primary === true)
  const isElsewhere =
    values.company_id !== undefined &&
    primary?.state.company_id != null &&
    primary.state.company_id !== values.company_id
  const spoken =
    (email === null ? undefined : positions.find(({ state }) => emailKey(state) === email)) ??
    (values.company_id === undefined ? undefined : at(values.company_id)[0]) ??
    (isElsewhere ? undefined : primary)
  if (!spoken) {
    positions.push(newPosition(person, values))
    return
  }
  const after = mergedValues(spoken.state, values, known === 'overwrite')
  // The same address in other letters is the same address.
  if (emailKey(after) !== null && emailKey(after) === emailKey(spoken.state)) after.email = spoken.state.email
  else if ('email' in after && !same(after.email, spoken.state.email)) after.email_status ??= 'unverified'
  // Filling a gap takes nothing from elsewhere: how good an address is belongs to that address.
  if (email !== null && emailKey({ ...spoken.state, ...after }) !== email) {
    delete after.email_status
    delete after.email_reliability
  }
  Object.assign(spoken.state, after)
}
