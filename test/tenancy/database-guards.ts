import {
  type Class,
  columnOf,
  isTenantClass,
  type Narrowed,
  primaryKeyOf,
  type Relation,
} from './relations.ts'
import type { Catalogue } from './table-rules.ts'

/** One way to remove a guard of the database: what is done to which relations. */
export interface DatabaseGuard {
  readonly name: string
  /** The rule of the catalogue that has to miss it. */
  readonly rule: string
  /** The statement that removes it from a relation, or null where there is no such guard. */
  readonly remove: (relation: Relation, kind: Class | undefined, all: Catalogue) => string | null
  /** Nothing a statement could tell: without a check of its own, what may be seen is what may be written. */
  readonly onlyInCatalogue?: true
}

const ofTenants =
  (statement: (name: string) => string): DatabaseGuard['remove'] =>
  ({ name }, kind) =>
    isTenantClass(kind) ? statement(name) : null
const ofPartitions =
  (statement: (name: string) => string): DatabaseGuard['remove'] =>
  ({ name }, kind) =>
    kind === 'partition' ? statement(name) : null
const ofClass =
  (wanted: Class, statement: (name: string) => string): DatabaseGuard['remove'] =>
  ({ name }, kind) =>
    kind === wanted ? statement(name) : null

const OWN = 'org_id = iam.current_org()'
const replaced = (name: string, policy: string) =>
  `drop policy tenant on ${name}; create policy tenant on ${name} ${policy}`

const ofNarrowed =
  (using: (access: string) => string, check: (access: string) => string): DatabaseGuard['remove'] =>
  ({ name }, _kind, { narrowedTables }) => {
    const table = narrowedTables.get(name)
    if (!table) return null
    const object = table.objectColumn ?? `'${table.object}'`
    const access = `iam.record_access(${object}, ${table.owner ?? 'null::uuid'}, ${table.record})`
    return `alter policy tenant on ${name} using (${using(access)}${searchOf(table)}) with check (${check(access)})`
  }
const searchOf = ({ search }: Narrowed) =>
  search === null ? '' : [1, 2, 3].map(number => ` and ${search} like iam.search_pattern(${number})`).join('')

/** A table that is searched, with its policy changed. */
const ofSearched =
  (change: (using: string, check: string, search: string) => string): DatabaseGuard['remove'] =>
  ({ name }, _kind, { narrowedTables }) => {
    const table = narrowedTables.get(name)
    if (!table || table.search === null) return null
    const access = `iam.record_access(${table.objectColumn}, ${table.owner ?? 'null::uuid'}, ${table.record})`
    return `alter policy tenant on ${name} ${change(seen(access), changeable(access), searchOf(table))}`
  }
const seen = (access: string) => `${OWN} and ${access} is not null`
const changeable = (access: string) => `${OWN} and ${access} = 'write'`

/** Every foreign key to a tenant table, again without the organization. */
function referenceAcross(relation: Relation, kind: Class | undefined, all: Catalogue): string | null {
  const statements = relation.foreignKeys.flatMap(({ name, columns, target, targetColumns }) => {
    const parent = all.relations.get(target)
    const rest = columns.filter(column => column !== 'org_id')
    if (!isTenantClass(all.classOf.get(target)) || !parent || parent.kind === 'p' || rest.length === 0)
      return []
    const targets = targetColumns.filter(column => column !== 'org_id').join(', ')
    return [
      `alter table ${target} add unique (${targets})`,
      `alter table ${relation.name} drop constraint ${name}`,
      `alter table ${relation.name} add constraint ${name} foreign key (${rest.join(', ')}) references ${target} (${targets})`,
    ]
  })
  return isTenantClass(kind) && statements.length > 0 ? statements.join('; ') : null
}

/** A table that is written once without what refuses TRUNCATE, which any of its partitions would refuse as well. */
function emptiedAtAStroke(
  { name }: Relation,
  kind: Class | undefined,
  { relations }: Catalogue,
): string | null {
  if (kind !== 'append-only') return null
  const parts = [...relations.values()].filter(({ parent }) => parent === name)
  return [name, ...parts.map(part => part.name)]
    .map(each => `drop trigger refuse_truncate on ${each}`)
    .join('; ')
}

/** The primary key once more as a uniqueness that spans organizations. */
function uniqueAcross(relation: Relation, kind: Class | undefined): string | null {
  const rest = primaryKeyOf(relation).filter(column => column !== 'org_id')
  if (!isTenantClass(kind) || rest.length === 0 || relation.kind === 'p') return null
  // Each organization counts for itself, so numbers repeat and no such index could be made.
  if (rest.every(column => columnOf(relation, column)?.type.startsWith('int'))) return null
  return `create unique index on ${relation.name} (${rest.join(', ')})`
}

/** Every guard that each table or partition must have. */
export const databaseGuards: readonly DatabaseGuard[] = [
  { name: 'its policy', rule: 'one-policy', remove: ofTenants(name => `drop policy tenant on ${name}`) },
  {
    name: 'row-level security',
    rule: 'row-security',
    remove: ofTenants(name => `alter table ${name} disable row level security`),
  },
  {
    name: 'FORCE for the owner',
    rule: 'row-security',
    remove: ofTenants(name => `alter table ${name} no force row level security`),
  },
  {
    name: 'being the only policy',
    rule: 'one-policy',
    remove: ofTenants(name => `create policy everybody on ${name} using (true)`),
  },
  {
    name: 'the check of what is written',
    rule: 'one-policy',
    remove: ofTenants(name => replaced(name, `using (${OWN}) with check (true)`)),
  },
  {
    name: 'a check of its own',
    rule: 'one-policy',
    remove: ofClass('tenant', name => replaced(name, `using (${OWN})`)),
    onlyInCatalogue: true,
  },
  {
    name: 'being hidden from workers',
    rule: 'dispatch-content',
    remove: ofClass('tenant', name =>
      replaced(name, `using (${OWN} or iam.is_worker()) with check (${OWN})`),
    ),
  },
  { name: 'hiding records of others', rule: 'one-policy', remove: ofNarrowed(() => OWN, changeable) },
  { name: 'keeping records of others as they are', rule: 'one-policy', remove: ofNarrowed(seen, () => OWN) },
  { name: 'telling changing from looking', rule: 'one-policy', remove: ofNarrowed(seen, seen) },
  {
    name: 'searching in its policy',
    rule: 'one-policy',
    remove: ofSearched((using, check) => `using (${using}) with check (${check})`),
  },
  {
    name: 'accepting rows that a search would not find',
    rule: 'one-policy',
    remove: ofSearched((using, check, search) => `using (${using}${search}) with check (${check}${search})`),
  },
  {
    name: 'keeping TRUNCATE',
    rule: 'grants',
    remove: ofTenants(name => `grant truncate on ${name} to millrace_runtime`),
  },
  {
    name: 'keeping everybody out',
    rule: 'grants',
    remove: ofTenants(name => `grant select on ${name} to public`),
    onlyInCatalogue: true,
  },
  {
    name: 'keeping UPDATE and DELETE',
    rule: 'grants',
    remove: ofClass('append-only', name => `grant update, delete on ${name} to millrace_runtime`),
  },
  {
    name: 'refusing changes',
    rule: 'append-only',
    remove: ofClass('append-only', name => `drop trigger refuse_change on ${name}`),
  },
  {
    name: 'refusing to be emptied',
    rule: 'append-only',
    remove: emptiedAtAStroke,
  },
  { name: 'foreign keys with org_id', rule: 'foreign-keys', remove: referenceAcross },
  { name: 'uniqueness by organization', rule: 'indexes', remove: uniqueAcross, onlyInCatalogue: true },
  {
    name: 'keeping its partitions',
    rule: 'grants',
    remove: ofPartitions(name => `grant select on ${name} to millrace_runtime`),
  },
  {
    name: 'row-level security of partitions',
    rule: 'row-security',
    remove: ofPartitions(name => `alter table ${name} disable row level security`),
  },
  {
    name: 'FORCE of partitions',
    rule: 'row-security',
    remove: ofPartitions(name => `alter table ${name} no force row level security`),
  },
]

/** The organization that a careless default would show. */
export const SOMEBODY = '01900000-0000-7000-8000-000000000001'

/** Guards that are not of one table. */
export const roleGuards: Readonly<Record<string, string>> = {
  'no BYPASSRLS': 'alter role millrace_runtime bypassrls',
  'no superuser': 'alter role millrace_runtime superuser',
  'nothing to see without an organization':
    `create or replace function iam.current_org() returns uuid language sql stable as ` +
    `$$ select coalesce(nullif(current_setting('app.org_id', true), ''), '${SOMEBODY}')::uuid $$`,
  'nothing to see but what is named':
    `create or replace function iam.record_access(object text, owner_user_id uuid, record_id uuid) returns text ` +
    `language sql stable as $$ select 'write' $$`,
  'nothing to find but what is looked for': `create or replace function iam.search_pattern(number integer) returns text language sql stable as $$ select '%' $$`,
  'workers that only read':
    `create or replace function iam.is_worker() returns boolean language sql stable as ` +
    `$$ select coalesce(current_setting('app.worker', true), '') = 'on' $$`,
}
