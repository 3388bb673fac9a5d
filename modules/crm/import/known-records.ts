import type { Context } from '#platform/context.ts'
import { fold } from '../search/fold.ts'
import type { ImportPolicy } from './import-api.ts'
import type { PartValues, ReadRow } from './read-row.ts'
import { COMPANY_COLUMNS, PERSON_COLUMNS, POSITION_COLUMNS, selected } from './tables.ts'

/** A row of a table while a part of a file is taken in: as it stood, null for one that is made, and as it will stand. */
export interface RowState {
  readonly id: string
  readonly original: PartValues | null
  readonly state: PartValues
  /** Whether whoever imports may change it. */
  readonly isWritable: boolean
}

export interface PersonState extends RowState {
  readonly positions: RowState[]
}

/** What a part of a file may be about, found by all that its rows name. */
export interface KnownRecords {
  readonly companies: readonly RowState[]
  readonly people: readonly PersonState[]
  /** Addresses that somebody has who is not in sight. */
  readonly hiddenEmails: ReadonlySet<string>
}

/** The host of a web address as `crm.domain_of` gives it; null for what has none. */
export function domainOf(url: unknown): string | null {
  const host = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?(?:www[.])?([^/?#:@\s.]+(?:[.][^/?#:@\s.]+)+)/i
  return typeof url === 'string' ? (host.exec(url)?.[1]?.toLowerCase().replace(/\.+$/, '') ?? null) : null
}

const ACCESS = (object: string, alias: string) =>
  `iam.record_access('${object}', ${alias}.owner_user_id, ${alias}.id) = 'write' as is_writable`

const COMPANY_IDS = `
  select c.id from crm.companies c where c.org_id = $1 and c.deleted_at is null and c.id = any($2::uuid[])
  union select c.id from crm.companies c where c.org_id = $1 and c.deleted_at is null and c.external_id = any($3::text[])
  union select c.id from crm.companies c where c.org_id = $1 and c.deleted_at is null and c.siren = any($4::text[])
  union select c.id from crm.companies c where c.org_id = $1 and c.deleted_at is null and c.domain = any($5::text[])
  union select c.id from crm.companies c where c.org_id = $1 and c.deleted_at is null and c.name_key = any($6::text[])`

const COMPANIES = `
  select c.id, ${selected(COMPANY_COLUMNS, 'c')}, ${ACCESS('company', 'c')} from crm.companies c
  where c.org_id = $1 and c.id = any($2::uuid[]) and c.deleted_at is null order by c.id`

const PERSON_IDS = `
  select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.id = any($2::uuid[])
  union select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.external_id = any($3::text[])
  union select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.phone = any($4::text[])
  union select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.mobile = any($4::text[])`

const OF_COMPANIES = `
  select distinct o.person_id from crm.positions o
  join crm.people p on p.org_id = $1 and p.id = o.person_id and p.deleted_at is null
  where o.org_id = $1 and o.company_id = any($2::uuid[]) and o.deleted_at is null and p.last_name_key = any($3::text[])`

const BY_EMAIL = `
  select o.person_id, o.email_key from crm.positions o
  where o.org_id = $1 and o.email_key = any($2::text[]) and o.deleted_at is null`

const PEOPLE = `
  select p.id, ${selected(PERSON_COLUMNS, 'p')}, ${ACCESS('person', 'p')} from crm.people p
  where p.org_id = $1 and p.id = any($2::uuid[]) and p.deleted_at is null order by p.id`

const POSITIONS = `
  select o.id, ${selected(POSITION_COLUMNS, 'o')} from crm.positions o
  where o.org_id = $1 and o.person_id = any($2::uuid[]) and o.deleted_at is null order by o.id`

const LOCK = ' for update'

type Found = PartValues & { id: string; is_writable?: boolean }

/**
 * Reads everything that the rows could be about. `isForChange` locks it until the transaction ends, in the order of ids.
 */
export async function findKnown(
  ctx: Context,
  rows: readonly ReadRow[],
  policy: ImportPolicy,
  isForChange: boolean,
): Promise<KnownRecords> {
  const lock = isForChange ? LOCK : ''
  const companies = await findCompanies(ctx, rows, policy, lock)
  const emails = unique(rows.map(({ position }) => position.email))
  // Positions come into sight with their people, who are not known before.
  const holders =
    emails.length === 0
      ? []
      : await ctx.db.unnarrowed(async () => {
          const found = await ctx.db.query<{ person_id: string; email_key: string }>(BY_EMAIL, [
            ctx.orgId,
            emails,
          ])
          return found.rows
        })
  const ids = new Set(holders.map(row => row.person_id))
  for (const id of await findPersonIds(ctx, rows, policy, companies)) ids.add(id)
  const people = await readPeople(ctx, [...ids], lock)
  const seen = new Set(people.map(({ id }) => id))
  const hiddenEmails = new Set(holders.filter(row => !seen.has(row.person_id)).map(row => row.email_key))
  return { companies, people, hiddenEmails }
}

function unique(values: readonly unknown[]): string[] {
  return [...new Set(values.filter(value => typeof value === 'string'))]
}

async function findCompanies(
  ctx: Context,
  rows: readonly ReadRow[],
  { companyKeys }: ImportPolicy,
  lock: string,
): Promise<RowState[]> {
  const all = rows.map(({ company }) => company)
  const by = (key: (typeof companyKeys)[number], values: readonly unknown[]) =>
    companyKeys.includes(key) ? unique(values) : []
  const wanted = [
    by(
      'id',
      all.map(({ id }) => id),
    ),
    by(
      'externalId',
      all.map(company => company.external_id),
    ),
    by(
      'siren',
      all.map(({ siren }) => siren),
    ),
    by(
      'domain',
      all.map(company => domainOf(company.website_url)),
    ),
    by(
      'name',
      all.map(({ name }) => (typeof name === 'string' ? fold(name) : null)),
    ),
  ]
  if (wanted.every(each => each.length === 0)) return []
  const found = await ctx.db.query<{ id: string }>(COMPANY_IDS, [ctx.orgId, ...wanted])
  return readCompanies(
    ctx,
    found.rows.map(row => row.id),
    lock,
  )
}

/** Companies, locked in the order of ids unless they are only looked at. */
export async function readCompanies(ctx: Context, ids: readonly string[], lock = LOCK): Promise<RowState[]> {
  if (ids.length === 0) return []
  const found = await ctx.db.query<Found>(COMPANIES + lock, [ctx.orgId, ids])
  return found.rows.map(known)
}

async function findPersonIds(
  ctx: Context,
  rows: readonly ReadRow[],
  { personKeys }: ImportPolicy,
  companies: readonly RowState[],
): Promise<string[]> {
  const all = rows.map(({ person }) => person)
  const has = (key: (typeof personKeys)[number]) => personKeys.includes(key)
  const wanted = [
    has('id') ? unique(all.map(({ id }) => id)) : [],
    has('externalId') ? unique(all.map(person => person.external_id)) : [],
    has('phone') ? unique(all.flatMap(({ phone, mobile }) => [phone, mobile])) : [],
  ]
  const isNamed = has('nameAndCompany') && companies.length > 0
  const [named, direct] = await Promise.all([
    isNamed
      ? ctx.db.unnarrowed(() =>
          ctx.db.query<{ person_id: string }>(OF_COMPANIES, [
            ctx.orgId,
            companies.map(({ id }) => id),
            unique(all.map(person => (typeof person.last_name === 'string' ? fold(person.last_name) : null))),
          ]),
        )
      : null,
    wanted.some(each => each.length > 0)
      ? ctx.db.query<{ id: string }>(PERSON_IDS, [ctx.orgId, ...wanted])
      : null,
  ])
  return [...(named?.rows.map(row => row.person_id) ?? []), ...(direct?.rows.map(row => row.id) ?? [])]
}

/** People with their positions, locked in the order of ids unless they are only looked at. */
export async function readPeople(ctx: Context, ids: readonly string[], lock = LOCK): Promise<PersonState[]> {
  if (ids.length === 0) return []
  const found = await ctx.db.query<Found>(PEOPLE + lock, [ctx.orgId, ids])
  const seen = found.rows.map(row => row.id)
  const positions =
    seen.length === 0
      ? []
      : await ctx.db.unnarrowed(async () => (await ctx.db.query<Found>(POSITIONS, [ctx.orgId, seen])).rows)
  const ofPerson = Map.groupBy(positions, position => String(position.person_id))
  return found.rows.map(row => ({ ...known(row), positions: (ofPerson.get(row.id) ?? []).map(known) }))
}

function known({ id, is_writable: isWritable = true, ...row }: Found): RowState {
  return { id, original: row, state: { ...row }, isWritable }
}
