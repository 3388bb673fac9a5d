import type { RecordObject } from '../record-api.ts'
import type { DuplicateReason } from './duplicates-api.ts'

/** Something that two records have in common when they are one. */
export interface ScanKey {
  readonly key: DuplicateReason
  /** What is said of the pair. */
  readonly reasons: readonly DuplicateReason[]
  /** How sure it makes it alone, of 100. */
  readonly score: number
  /**
   * SQL of `value, id` of all records that have it, or of `first_id, second_id` of pairs where `isPairs` says so. $1 is the
   * organization.
   */
  readonly sql: string
  readonly isPairs?: true
}

/** More records than this with one value are not compared: it says nothing about who they are. */
export const GROUP_MAX = 25

/** Addresses at which everybody has one say nothing about where somebody works. */
const FREE_MAIL = `('gmail.com', 'googlemail.com', 'outlook.com', 'outlook.fr', 'hotmail.com', 'hotmail.fr', 'live.com', 'live.fr',
  'msn.com', 'yahoo.com', 'yahoo.fr', 'icloud.com', 'me.com', 'orange.fr', 'wanadoo.fr', 'free.fr', 'sfr.fr', 'laposte.net',
  'bbox.fr', 'neuf.fr', 'proton.me', 'protonmail.com', 'gmx.de', 'gmx.net', 'gmx.fr', 'web.de', 't-online.de', 'aol.com')`

const NAME = `concat_ws(' ', p.first_name_key, p.last_name_key)`
/** The same whichever name comes first; as cheap as comparing names, of which there may be a million. */
const EITHER_NAME = `least(p.first_name_key, p.last_name_key) || ' ' || greatest(p.first_name_key, p.last_name_key)`
const LINKEDIN = (alias: string) =>
  `rtrim(regexp_replace(lower(${alias}.linkedin_url), '^https?://([a-z]+[.])?|[?#].*$', '', 'g'), '/')`
const POSITIONS = `crm.positions o join crm.people p on p.org_id = $1 and p.id = o.person_id and p.deleted_at is null
  where o.org_id = $1 and o.deleted_at is null`

const PERSON: readonly ScanKey[] = [
  {
    key: 'phone',
    reasons: ['phone'],
    score: 60,
    sql: `select right(crm.phone_key(number), 9) as value, p.id from crm.people p
      cross join lateral (values (p.phone), (p.mobile)) phones (number)
      where p.org_id = $1 and p.deleted_at is null and length(crm.phone_key(number)) >= 7`,
  },
  {
    key: 'externalId',
    reasons: ['externalId'],
    score: 90,
    sql: `select p.external_id as value, p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.external_id is not null`,
  },
  {
    key: 'linkedin',
    reasons: ['linkedin'],
    score: 90,
    sql: `select ${LINKEDIN('p')} as value, p.id from crm.people p where p.org_id = $1 and p.deleted_at is null and p.linkedin_url is not null`,
  },
  {
    key: 'company',
    reasons: ['name', 'company'],
    score: 75,
    sql: `select o.company_id || ' ' || ${EITHER_NAME} as value, p.id from ${POSITIONS} and o.company_id is not null`,
  },
  {
    key: 'domain',
    reasons: ['name', 'domain'],
    score: 70,
    sql: `select split_part(o.email_key, '@', 2) || ' ' || ${EITHER_NAME} as value, p.id
      from ${POSITIONS} and o.email_key is not null and split_part(o.email_key, '@', 2) not in ${FREE_MAIL}`,
  },
  {
    key: 'similarName',
    reasons: ['similarName', 'company'],
    score: 55,
    isPairs: true,
    sql: `with staff as (
        select o.company_id, p.id, ${NAME} as name, count(*) over (partition by o.company_id) as size
        from ${POSITIONS} and o.company_id is not null
      )
      select a.id as first_id, b.id as second_id from staff a
      join staff b on b.company_id = a.company_id and b.id > a.id
      where a.size <= ${GROUP_MAX} and a.name <> b.name and similarity(a.name, b.name) >= 0.6
        and crm.words_key(a.name) <> crm.words_key(b.name)`,
  },
]

const LIVE_COMPANY = 'from crm.companies c where c.org_id = $1 and c.deleted_at is null'

const COMPANY: readonly ScanKey[] = [
  {
    key: 'number',
    reasons: ['number'],
    score: 95,
    sql: `select c.siren as value, c.id ${LIVE_COMPANY} and c.siren is not null`,
  },
  {
    key: 'externalId',
    reasons: ['externalId'],
    score: 90,
    sql: `select c.external_id as value, c.id ${LIVE_COMPANY} and c.external_id is not null`,
  },
  {
    key: 'domain',
    reasons: ['domain'],
    score: 80,
    sql: `select c.domain as value, c.id ${LIVE_COMPANY} and c.domain is not null`,
  },
  {
    key: 'linkedin',
    reasons: ['linkedin'],
    score: 90,
    sql: `select ${LINKEDIN('c')} as value, c.id ${LIVE_COMPANY} and c.linkedin_url is not null`,
  },
  {
    key: 'phone',
    reasons: ['phone'],
    score: 50,
    sql: `select right(crm.phone_key(number), 9) as value, c.id from crm.companies c cross join lateral unnest(c.phones) number
      where c.org_id = $1 and c.deleted_at is null and length(crm.phone_key(number)) >= 7`,
  },
  {
    key: 'name',
    reasons: ['name'],
    score: 70,
    sql: `select crm.business_key(c.name_key) as value, c.id ${LIVE_COMPANY}`,
  },
  {
    key: 'similarName',
    reasons: ['similarName'],
    score: 50,
    isPairs: true,
    // In order of their names, what is alike stands close together.
    sql: `with ordered as (
        select c.id, c.name_key as name, lead(c.id, 1) over names as id1, lead(c.name_key, 1) over names as name1,
          lead(c.id, 2) over names as id2, lead(c.name_key, 2) over names as name2
        ${LIVE_COMPANY} window names as (order by c.name_key, c.id)
      )
      select least(o.id, near.id) as first_id, greatest(o.id, near.id) as second_id from ordered o
      cross join lateral (values (o.id1, o.name1), (o.id2, o.name2)) near (id, name)
      where near.id is not null and near.name <> o.name and similarity(o.name, near.name) >= 0.75`,
  },
]

const DEAL: readonly ScanKey[] = [
  {
    key: 'externalId',
    reasons: ['externalId'],
    score: 90,
    sql: `select d.external_id as value, d.id from crm.deals d where d.org_id = $1 and d.deleted_at is null and d.external_id is not null`,
  },
  {
    key: 'company',
    reasons: ['name', 'company'],
    score: 70,
    sql: `select d.company_id || ' ' || crm.words_key(crm.fold(d.name)) as value, d.id from crm.deals d
      where d.org_id = $1 and d.deleted_at is null and d.company_id is not null and d.status = 'open'`,
  },
  {
    key: 'person',
    reasons: ['name', 'person'],
    score: 65,
    sql: `select d.person_id || ' ' || crm.words_key(crm.fold(d.name)) as value, d.id from crm.deals d
      where d.org_id = $1 and d.deleted_at is null and d.person_id is not null and d.status = 'open'`,
  },
]

/** What is compared of each object, one after the other. */
export const SCAN_KEYS: Readonly<Record<RecordObject, readonly ScanKey[]>> = {
  person: PERSON,
  company: COMPANY,
  deal: DEAL,
}

const PAIRS_MAX = 50_000

const STORE = ({ score, reasons }: ScanKey) => `
  insert into crm.duplicate_pairs as p (org_id, object, first_id, second_id, score, reasons, found_at)
  select $1, $2, first_id, second_id, ${score}, array[${reasons.map(reason => `'${reason}'`).join(', ')}], $3::timestamptz
  from (select distinct first_id, second_id from pairs limit ${PAIRS_MAX}) found
  on conflict (org_id, object, first_id, second_id) do update set
    score = case when p.found_at < $3::timestamptz then excluded.score
      else 100 - round((100 - p.score) * (100 - excluded.score) / 100.0)::int end,
    reasons = case when p.found_at < $3::timestamptz then excluded.reasons
      else array(select unnest(p.reasons) union select unnest(excluded.reasons) order by 1) end,
    found_at = $3::timestamptz`

/**
 * One statement that compares all records by one key and writes the pairs: in groups of one value, never each with each. Answers
 * the groups that are too large. $1 organization, $2 object, $3 when the scan began.
 */
export function scanStatement(compared: ScanKey): string {
  const { sql, isPairs } = compared
  const store = STORE(compared)
  if (isPairs)
    return `with pairs as (${sql}), stored as (${store}) select null::text as value, 0 as count where false`
  return `with keyed as (select distinct value, id from (${sql}) found where value <> ''), groups as (
      select value, array_agg(id order by id) as ids, count(*)::int as count from keyed group by value having count(*) > 1
    ), pairs as (
      select a.id as first_id, b.id as second_id from groups g
      cross join lateral unnest(g.ids) a (id) cross join lateral unnest(g.ids) b (id)
      where g.count <= ${GROUP_MAX} and a.id < b.id
    ), stored as (${store})
    select value, count from groups where count > ${GROUP_MAX} order by count desc limit 10`
}
