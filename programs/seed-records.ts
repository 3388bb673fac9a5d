import { refreshIndexes } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { idAt } from '#platform/ids.ts'
import { businesses, titles } from './seed-words.ts'

/** Somebody who is put into the demo organization, with the place of their company in `businesses`. */
export interface SeededPerson {
  readonly personId: string
  readonly positionId: string
  readonly company: number
  readonly first: string
  readonly last: string
  readonly email: string
  readonly at: Date
  readonly stage: 'lead' | 'prospect' | 'active'
}

const COMPANY = `
  insert into crm.companies (org_id, id, name, siren, naf_code, naf_nomenclature, activity, website_url, generic_email, phones,
    employee_range, annual_revenue, annual_revenue_currency, founding_year, growing, address, tags, owner_user_id, source,
    created_at, updated_at)
  values ($1, $2, $3, $4, $5, case when $5::text is null then null else 'NAFRev2' end, $6, $7, $8, $9, $10, $11, 'EUR', $12, $13,
    $14, $15, $16, 'demo', $17, $17)`

/** Writes the companies as they were at some time. Returns their ids in the order of `businesses`. */
export async function seedCompanies(ctx: Context, at: Date): Promise<string[]> {
  const ids = businesses.map(() => idAt(at))
  for (const [index, business] of businesses.entries()) {
    await ctx.db.query(COMPANY, [
      ctx.orgId,
      ids[index],
      business.name,
      business.siren ?? null,
      business.naf ?? null,
      business.activity,
      `https://${business.domain}`,
      `hello@${business.domain}`,
      business.country === 'FR' ? [`+331990012${10 + index}`] : [],
      business.employees,
      (index + 2) * 43_000_000,
      1962 + index * 4,
      index % 3 === 0 ? true : index % 3 === 1 ? false : null,
      JSON.stringify({ city: business.city, country: business.country }),
      index % 4 === 0 ? ['Key account'] : index % 4 === 2 ? ['Trade fair'] : [],
      ownerOf(ctx, index),
      at,
    ])
  }
  refreshIndexes(ctx, 'company', ids)
  return ids
}

const PEOPLE = `
  insert into crm.people (org_id, id, first_name, last_name, mobile, score, tags, owner_user_id, source, lifecycle_stage,
    last_activity_at, created_at, updated_at)
  select $1, p.id, p.first, p.last, p.mobile, p.score, array_remove(array[p.tag], null), p.owner, 'form', p.stage, p.at, p.at, p.at
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::uuid[], $9::text[], $10::timestamptz[])
    as p (id, first, last, mobile, score, tag, owner, stage, at)`

const POSITIONS = `
  insert into crm.positions (org_id, id, person_id, company_id, email, title, is_primary, created_at)
  select $1, p.id, p.person, p.company, p.email, p.title, true, p.at
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::citext[], $6::text[], $7::timestamptz[])
    as p (id, person, company, email, title, at)`

/** Writes people with their positions as they became known. `companyIds` are those of `businesses`. */
export async function seedPeople(
  ctx: Context,
  people: readonly SeededPerson[],
  companyIds: readonly string[],
): Promise<void> {
  const tag = (index: number) => (index % 5 === 0 ? 'Newsletter' : index % 7 === 3 ? 'Trade fair' : null)
  const ids = people.map(({ personId }) => personId)
  await ctx.db.query(PEOPLE, [
    ctx.orgId,
    ids,
    people.map(({ first }) => first),
    people.map(({ last }) => last),
    // Numbers that the French authority keeps for fiction.
    people.map(({ company }, index) =>
      businesses[company]?.country === 'FR' ? `+336399800${10 + (index % 90)}` : null,
    ),
    people.map((_, index) => (index * 13) % 60),
    people.map((_, index) => tag(index)),
    people.map((_, index) => ownerOf(ctx, index)),
    people.map(({ stage }) => stage),
    people.map(({ at }) => at),
  ])
  await ctx.db.query(POSITIONS, [
    ctx.orgId,
    people.map(({ positionId }) => positionId),
    ids,
    people.map(({ company }) => companyIds[company]),
    people.map(({ email }) => email),
    people.map((_, index) => titles[(index * 5) % titles.length]),
    people.map(({ at }) => at),
  ])
  refreshIndexes(ctx, 'person', ids)
}

/** Two of three records belong to whoever the demo is for. */
function ownerOf({ actor }: Context, index: number): string | null {
  return actor.type === 'user' && index % 3 > 0 ? actor.userId : null
}
