import type pg from 'pg'
import { columnOf, isTenantClass, type Relation } from './relations.ts'
import type { Catalogue } from './table-rules.ts'

/** A fingerprint of all rows of each organization in each table. */
export type State = ReadonlyMap<string, string>

/** Global tables that any request touches by being made: they note when a credential was last used. */
const NOTES_OF_USE = ['iam.sessions', 'iam.token_families', 'iam.api_key_secrets']

/** The tables with rows of organizations, global ones that lead to them included. */
function organizationTables({ relations, classOf }: Catalogue): Relation[] {
  return [...relations.values()].filter(relation => {
    const kind = classOf.get(relation.name)
    return (isTenantClass(kind) || kind === 'global') && columnOf(relation, 'org_id') !== undefined
  })
}

/** Reads the fingerprints with a connection that sees every row. */
export async function readState(
  admin: pg.ClientBase,
  all: Catalogue,
  organizations: readonly string[],
): Promise<State> {
  const text = organizationTables(all)
    .filter(({ name }) => !NOTES_OF_USE.includes(name))
    .map(
      ({ name }) =>
        `select '${name} of ' || org_id as rows, md5(string_agg(md5(t::text), '' order by md5(t::text))) as hash
         from ${name} t where org_id = any ($1) group by org_id`,
    )
    .join(' union all ')
  const found = await admin.query<{ rows: string; hash: string }>({
    name: 'state',
    text,
    values: [organizations],
  })
  return new Map(found.rows.map(({ rows, hash }) => [rows, hash]))
}

/** Where two states differ, for the rows whose description contains a text. */
export function changedBetween(before: State, after: State, containing = ''): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    rows => rows.includes(containing) && before.get(rows) !== after.get(rows),
  )
}

/** Every id of a record of an organization, with its own. */
export async function idsOf(admin: pg.ClientBase, all: Catalogue, orgId: string): Promise<Set<string>> {
  const text = organizationTables(all)
    .filter(relation => columnOf(relation, 'id')?.type === 'uuid')
    .map(({ name }) => `select id from ${name} where org_id = $1`)
    .join(' union all ')
  const found = await admin.query<{ id: string }>(text, [orgId])
  return new Set([orgId, ...found.rows.map(({ id }) => id)])
}

export const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g
