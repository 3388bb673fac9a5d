import type pg from 'pg'

/** The field that stands for tags in the index of custom values. */
const TAGS_FIELD = '00000000-0000-7000-8000-000000000001'

/** How many records of each object an organization has. */
export interface Size {
  readonly people: number
  readonly companies: number
  readonly deals: number
  readonly timeline: number
}

const FIRST = `array['Zoé','Marie','Paul','Jean','Amélie','Noah','Emma','Lucas','Léa','Hugo','Chloé','Louis','Inès','Adam','Jade',
  'Sarah','Tom','Anna','Max','Mia','Ben','Lena','Finn','Clara','Jan','Eva','Leo','Nora','Emil','Ida','Oscar','Alma']`
const ONSET = `array['Mar','Dup','Ber','Lem','Gir','Fon','Rou','Vil','Mor','Cha','Bon','Les','Tis','Per','Gar','Kes','Hof','Wag','Sch','Bau']`
const MIDDLE = `array['ti','on','tr','oy','au','ai','ie','er','el','in','ar','ou','an','eu','il','os']`
const END = `array['neau','dot','nard','ton','chard','rier','lier','mann','berg','sen','rand','let','quin','zat','vois','thal']`
const TRADE = `array['Logistique','Bâtiment','Énergie','Conseil','Studio','Systèmes','Labs','Foods','Textile','Santé']`

/** The n-th of an array, by a hash of the row so that neighbours differ. */
const pick = (array: string, salt: string) =>
  `(${array})[1 + abs(hashint8(n * 7919 + ${salt})) % array_length(${array}, 1)]`
const name = (salt: string) =>
  `${pick(ONSET, salt)} || ${pick(MIDDLE, `${salt} + 1`)} || ${pick(END, `${salt} + 2`)}`
/** Ids as the application mints them, one every minute back from now; the benchmark's own server has the function. */
const ID = `uuidv7(-n * interval '1 minute')`

/**
 * Fills an organization by SQL as superuser, without the verbs: what is measured afterwards is reading. Every generated value is
 * the same in every run.
 */
export async function fill(client: pg.Client, orgId: string, size: Size): Promise<void> {
  const { companies, people, deals, timeline } = size
  await client.query(`set session_replication_role = replica`)
  await client.query(
    `insert into crm.companies (org_id, id, name, website_url, siren, employee_range, tags, created_at, updated_at, last_activity_at)
     select $1, ${ID}, ${name('1')} || ' ' || ${pick(TRADE, '5')} || ' ' || n,
       'https://www.' || lower(crm.fold(${name('1')})) || n || '.example',
       case when n % 3 = 0 then lpad((100000000 + n)::text, 9, '0') end,
       (array['1-9','10-49','50-249','250+'])[1 + n % 4], case when n % 50 = 0 then array['key'] else '{}'::text[] end,
       now() - n * interval '1 second', now() - n * interval '1 second', now() - (n * 7 % 400) * interval '1 day'
     from generate_series(1, $2::bigint) n`,
    [orgId, companies],
  )
  await client.query(
    `create temporary table made_companies as
     select id, row_number() over (order by id) as at from crm.companies where org_id = '${orgId}'`,
  )
  await client.query('create unique index on made_companies (at)')
  await client.query(
    `insert into crm.people (org_id, id, first_name, last_name, phone, lifecycle_stage, score, tags, custom, last_activity_at,
       created_at, updated_at)
     select $1, ${ID}, ${pick(FIRST, '11')}, ${name('21')}, '+336' || lpad((n % 100000000)::text, 8, '0'),
       (array['lead','prospect','active','churned'])[1 + abs(hashint8(n)) % 4], abs(hashint8(n * 31)) % 101,
       case when n % 1000 = 0 then array['vip'] when n % 10 = 0 then array['newsletter'] else '{}'::text[] end,
       jsonb_build_object('segment', (array['gold','silver','bronze'])[1 + n % 3]),
       case when n % 4 > 0 then now() - (abs(hashint8(n * 17)) % 31536000) * interval '1 second' end,
       now() - n * interval '20 seconds', now() - n * interval '20 seconds'
     from generate_series(1, $2::bigint) n`,
    [orgId, people],
  )
  await client.query(
    `insert into crm.positions (org_id, id, person_id, company_id, title, email, is_primary)
     select '${orgId}', gen_random_uuid(), p.id, c.id, (array['CEO','CTO','Buyer','Sales','Head of Marketing'])[1 + p.at % 5],
       lower(crm.fold(p.first_name || '.' || p.last_name)) || p.at || '@example' || p.at % 5000 || '.test', true
     from (select id, first_name, last_name, row_number() over (order by id) as at from crm.people where org_id = '${orgId}') p
     left join made_companies c on c.at = 1 + p.at % ${Math.max(companies, 1)}`,
  )
  await client.query(
    `insert into crm.deals (org_id, id, name, company_id, value, currency, pipeline_id, stage_id, status, position, stage_entered_at,
       expected_close_on, won_at, lost_at)
     select $1, ${ID}, 'Deal with ' || ${name('31')} || ' ' || n, c.id, 100000 + (n * 977 % 9000000), 'EUR', s.pipeline_id, s.id,
       s.type, lpad(to_hex(n::int), 8, '0'), now() - n % 90 * interval '1 day', current_date + (n % 180)::int,
       case when s.type = 'won' then now() - n % 300 * interval '1 day' end,
       case when s.type = 'lost' then now() - n % 300 * interval '1 day' end
     from generate_series(1, $2::bigint) n
     join (select *, row_number() over (order by position) - 1 as at, count(*) over () as stages from crm.stages
           where org_id = $1 and deleted_at is null) s on s.at = n % s.stages
     left join made_companies c on c.at = 1 + n % ${Math.max(companies, 1)}`,
    [orgId, deals],
  )
  // A tenth of the timeline belongs to one busy company, the rest is spread over the people.
  await client.query(
    `insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, data, subjects, created_at, updated_at)
     select '${orgId}', uuidv7(t.at - now()),
       'person', p.id, case when t.n % 10 = 0 then (select id from made_companies where at = 1) end,
       'email.sent', 'email', '{"type":"system","name":"mail"}', '{"subject":"Hello"}', '[]', t.at, t.at
     from (select n, now() - (n % 5000000) * interval '1.5 seconds' as at from generate_series(1, ${timeline}) n) t
     join (select id, row_number() over (order by id) as at from crm.people where org_id = '${orgId}') p
       on p.at = 1 + t.n::bigint * 7919 % ${people}`,
  )
  await client.query(
    `insert into crm.custom_values (org_id, object, record_id, field_id, ordinal, owner_user_id, text_key)
     select p.org_id, 'person', p.id, f.id, 0, null, p.custom ->> 'segment'
     from crm.people p join crm.custom_fields f on f.org_id = $1 and f.object = 'person' and f.key = 'segment'
     where p.org_id = $1`,
    [orgId],
  )
  for (const [object, table] of [
    ['company', 'companies'],
    ['person', 'people'],
  ])
    await client.query(
      `insert into crm.custom_values (org_id, object, record_id, field_id, ordinal, text_key)
       select r.org_id, $2, r.id, '${TAGS_FIELD}', (tag.place - 1)::smallint, tag.name
       from crm.${table} r cross join lateral unnest(r.tags) with ordinality tag (name, place) where r.org_id = $1`,
      [orgId, object],
    )
  for (const object of ['company', 'person', 'deal'])
    await client.query(
      `insert into crm.search_entries (org_id, object, record_id, owner_user_id, name, other_name, doc, active_on)
       select org_id, object, record_id, owner_user_id, name, other_name, doc, active_on from crm.${object}_search where org_id = $1`,
      [orgId],
    )
  await client.query('drop table made_companies')
  await client.query(`set session_replication_role = origin`)
}
