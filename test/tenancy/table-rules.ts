import {
  type Class,
  classesOf,
  columnOf,
  isTenantClass,
  type Narrowed,
  primaryKeyOf,
  type Relation,
  RUNTIME_ROLE,
} from './relations.ts'

/** One thing in the catalogue that breaks a rule of tenancy. */
export interface Finding {
  readonly rule: string
  /** The relation, function, role or setting. */
  readonly object: string
  readonly what: string
}

/** What the rules look at: everything in the database, and what each relation is. */
export interface Catalogue {
  readonly relations: ReadonlyMap<string, Relation>
  readonly globalTables: ReadonlyMap<string, string>
  readonly narrowedTables: ReadonlyMap<string, Narrowed>
  /** Empty for a relation that fits no class or several. */
  readonly classOf: ReadonlyMap<string, Class>
}

/** Sorts the relations into their classes. */
export function catalogueOf(
  relations: readonly Relation[],
  globalTables: ReadonlyMap<string, string>,
  narrowedTables: ReadonlyMap<string, Narrowed>,
): Catalogue {
  const classOf = new Map<string, Class>()
  for (const relation of relations) {
    const [only, second] = classesOf(relation, globalTables)
    if (only && !second) classOf.set(relation.name, only)
  }
  const byName = new Map(relations.map(relation => [relation.name, relation]))
  return { relations: byName, globalTables, narrowedTables, classOf }
}

type Rule = (relation: Relation, kind: Class | undefined, all: Catalogue) => string[]

const OWN = '(org_id = iam.current_org())'
const WITH_WORKER = '((org_id = iam.current_org()) OR iam.is_worker())'

const accessOf = ({ object, objectColumn, owner, record }: Narrowed) =>
  `iam.record_access(${objectColumn ?? `'${object}'::text`}, ${owner ?? 'NULL::uuid'}, ${record})`
// A search is a part of what shows rows, and no part of what accepts them.
const searchOf = ({ search }: Narrowed) =>
  search === null ? '' : [1, 2, 3].map(number => ` AND (${search} ~~ iam.search_pattern(${number}))`).join('')
const narrowed = (table: Narrowed) => ({
  using: `(${OWN} AND (${accessOf(table)} IS NOT NULL)${searchOf(table)})`,
  check: `(${OWN} AND (${accessOf(table)} = 'write'::text))`,
})

/** Text in a dispatch table is readable by every worker, so each column of it is argued for here. */
const DISPATCH_TEXT: Readonly<Record<string, string>> = {
  'flow.timers.token': 'The place in a run that waits, made by the engine from node ids.',
}
const DISPATCH_TYPES = ['uuid', 'timestamptz', 'int2', 'int4', 'int8', 'bool']

/** Tables whose rows never change once their transaction has ended. */
const WITHOUT_UPDATED_AT: Readonly<Record<string, string>> = {
  'http.idempotency_keys': 'Claimed and answered in one transaction.',
  'http.user_idempotency_keys': 'Claimed and answered in one transaction.',
  'crm.changes': 'Written once, and erased with the person they are about.',
  'crm.merge_rows': 'Written once, and gone with the change set they are of.',
  'crm.search_entries': 'Written anew with the record they are about.',
  'crm.activity_links': 'Made and cut, never changed.',
  'files.files': 'Written once, and erased with what it belongs to.',
  'crm.custom_values': 'Taken away and written anew from what stands in the records.',
}

/** Columns of global tables that hold more than ids, numbers and times: nothing an organization wrote for itself. */
const GLOBAL_CONTENT: Readonly<Record<string, readonly string[]>> = {
  'http.user_idempotency_keys': ['id', 'request_hash', 'answer'],
  'iam.users': ['email', 'name', 'password_hash', 'status', 'locale'],
  'iam.organization_slugs': ['slug'],
  'iam.hosts': ['host'],
  // Words of those who look after the installation, read by nobody else.
  'iam.platform_audit': ['action', 'subject_type', 'reason', 'address', 'request_id'],
  'iam.sessions': ['token_hash', 'user_agent', 'address'],
  'iam.token_families': ['user_agent', 'address', 'revoked_because'],
  'iam.access_tokens': ['token_hash'],
  'iam.refresh_tokens': ['token_hash', 'parent_hash', 'replaced_by'],
  'iam.sign_in_attempts': ['kind', 'account', 'address'],
  'iam.mailed_links': ['token_hash', 'kind', 'email'],
  'iam.sign_in_challenges': ['token_hash', 'purpose'],
  'iam.totp_secrets': ['secret'],
  'iam.recovery_codes': ['code_hash'],
  'iam.passkeys': ['credential_id', 'public_key', 'transports', 'name'],
  'iam.passkey_challenges': ['challenge_hash', 'purpose'],
  'iam.known_devices': ['device_hash'],
  'iam.sign_in_domains': ['domain'],
  'iam.user_identities': ['issuer', 'subject', 'email'],
  'iam.authorization_requests': ['state_hash', 'browser_hash'],
  // One person's own, for minutes.
  'iam.pending_identities': ['token_hash', 'issuer', 'subject', 'email'],
  'iam.letters': ['recipient', 'content', 'state', 'last_error'],
  'flow.webhook_keys': ['key_hash'],
  'intake.form_keys': ['key'],
  'intake.source_keys': ['key_hash'],
  'intake.mail_keys': ['key'],
  'jobs.workers': ['name'],
  'live.packets': ['content'],
  'platform.partitioned_tables': ['name'],
  // Ids by the kind of record they led to.
  'platform.person_erasures': ['traces'],
}

const oneClass: Rule = (relation, kind, { globalTables }) => {
  if (kind) return []
  const claims = classesOf(relation, globalTables)
  return claims.length > 1
    ? [`is ${claims.join(' and ')} at once`]
    : [`has no policy, and platform.global_tables does not say why it needs none (relkind ${relation.kind})`]
}

const tenantKey: Rule = (relation, kind) => {
  if (!isTenantClass(kind)) return []
  const column = columnOf(relation, 'org_id')
  if (!column) return ['has no column org_id']
  const wrong: string[] = []
  if (column.type !== 'uuid') wrong.push(`has org_id of type ${column.type}`)
  if (column.isNullable) wrong.push('lets org_id be null')
  if (column.hasDefault) wrong.push('has a default for org_id')
  if (primaryKeyOf(relation)[0] !== 'org_id') wrong.push('has a primary key that does not begin with org_id')
  return wrong
}

const rowSecurity: Rule = (relation, kind) => {
  if (!isTenantClass(kind) && kind !== 'partition') return []
  return [
    ...(relation.rowSecurity ? [] : ['has row-level security disabled']),
    ...(relation.isForced ? [] : ['does not force row-level security on its owner']),
  ]
}

const onePolicy: Rule = (relation, kind, { narrowedTables }) => {
  if (kind === 'partition')
    return relation.policies.map(policy => `is a partition with the policy ${policy.name}`)
  if (!isTenantClass(kind)) return []
  const [policy, ...others] = relation.policies
  if (!policy) return ['has no policy']
  const table = narrowedTables.get(relation.name)
  const wanted = table ? narrowed(table) : { using: kind === 'dispatch' ? WITH_WORKER : OWN, check: OWN }
  return [
    ...others.map(other => `has a second policy, ${other.name}`),
    ...(policy.isPermissive ? [] : ['has a restrictive policy']),
    ...(policy.command === '*' ? [] : [`has a policy for the command ${policy.command} only`]),
    ...(policy.roles.join() === 'PUBLIC' ? [] : [`has a policy for ${policy.roles.join(', ')} only`]),
    ...(policy.using === wanted.using ? [] : [`shows rows by ${policy.using}`]),
    ...(policy.check === wanted.check ? [] : [`accepts rows by ${policy.check}`]),
  ]
}

const ownedRecords: Rule = (relation, kind, { narrowedTables }) => {
  if (!isTenantClass(kind) || narrowedTables.has(relation.name)) return []
  const toOwned = relation.foreignKeys.filter(({ target }) => narrowedTables.get(target)?.owner)
  return [
    ...(columnOf(relation, 'owner_user_id') ? ['has owners and shows everybody everything'] : []),
    ...toOwned.map(({ target, name }) => `refers to ${target} by ${name} and is shown where that is not`),
  ]
}

const PRIVILEGES: Readonly<Record<Class, readonly string[]>> = {
  tenant: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  'append-only': ['SELECT', 'INSERT'],
  dispatch: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  global: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  view: ['SELECT'],
  partition: [],
  books: [],
}

const grants: Rule = (relation, kind) => {
  const allowed = kind === undefined || relation.kind === 'm' ? [] : PRIVILEGES[kind]
  const given = relation.grants.filter(grant => grant.to === RUNTIME_ROLE).map(grant => grant.privilege)
  const missing = isTenantClass(kind) ? allowed.filter(privilege => !given.includes(privilege)) : []
  return [
    ...relation.grants
      .filter(
        ({ to, privilege, column }) => to !== RUNTIME_ROLE || column !== null || !allowed.includes(privilege),
      )
      .map(
        ({ to, privilege, column }) => `grants ${privilege}${column === null ? '' : ` (${column})`} to ${to}`,
      ),
    ...missing.map(privilege => `does not grant ${privilege} to ${RUNTIME_ROLE}`),
  ]
}

const UPDATE_AND_DELETE = 16 | 8
const BEFORE_ROW = 2 | 1

const BEFORE_TRUNCATE = 32 | 2

const appendOnly: Rule = (relation, kind, { classOf }) => {
  const isPart = kind === 'partition' && classOf.get(relation.parent ?? '') === 'append-only'
  if (kind !== 'append-only' && !isPart) return []
  const refuses = (wanted: number) =>
    relation.triggers.some(
      ({ function: calls, type, isEnabled }) =>
        calls === 'platform.refuse_change' && isEnabled && (type & wanted) === wanted,
    )
  return [
    ...(isPart || refuses(UPDATE_AND_DELETE | BEFORE_ROW)
      ? []
      : ['lacks the trigger that refuses every UPDATE and DELETE']),
    ...(refuses(BEFORE_TRUNCATE) ? [] : ['lacks the trigger that refuses TRUNCATE']),
  ]
}

const foreignKeys: Rule = (relation, kind, { classOf }) =>
  relation.foreignKeys.flatMap(({ name, columns, target, targetColumns, overwrites }) => {
    const toTenant = isTenantClass(classOf.get(target))
    if (!isTenantClass(kind)) {
      return toTenant
        ? [`refers to the tenant table ${target} by ${name}, from outside any organization`]
        : []
    }
    const at = columns.indexOf('org_id')
    const wrong = overwrites.includes('org_id') ? [`would overwrite org_id by ${name}`] : []
    if (toTenant && (at < 0 || targetColumns[at] !== 'org_id')) {
      wrong.push(`refers to ${target} by ${name} without org_id on both sides`)
    }
    return wrong
  })

const indexes: Rule = (relation, kind) => {
  if (!isTenantClass(kind) && kind !== 'partition') return []
  const isTime = (key: string | null | undefined) =>
    typeof key === 'string' && columnOf(relation, key)?.type === 'timestamptz'
  return relation.indexes.flatMap(({ name, keys, isUnique }) => {
    if (keys[0] === 'org_id') return []
    // A worker looks for what is due in all organizations, so its index may begin with the time.
    if (kind === 'dispatch' && !isUnique && isTime(keys[0]) && keys.includes('org_id')) return []
    return [`has the ${isUnique ? 'unique ' : ''}index ${name}, which does not begin with org_id`]
  })
}

const times: Rule = (relation, kind) => {
  if (kind !== 'tenant' && kind !== 'append-only' && kind !== 'global') return []
  const wrong: string[] = []
  const created = columnOf(relation, 'created_at')
  if (kind !== 'global' && (created?.type !== 'timestamptz' || created.isNullable)) {
    wrong.push('has no created_at timestamptz not null')
  }
  const updated = columnOf(relation, 'updated_at')
  const needsUpdated = kind === 'tenant' && WITHOUT_UPDATED_AT[relation.name] === undefined
  if (needsUpdated && (updated?.type !== 'timestamptz' || updated.isNullable)) {
    wrong.push('has no updated_at timestamptz not null')
  }
  const wanted = 16 | BEFORE_ROW
  const touches = relation.triggers.some(
    ({ function: calls, type, isEnabled }) =>
      calls === 'platform.touch_updated_at' && isEnabled && (type & wanted) === wanted,
  )
  if (updated && kind !== 'append-only' && !touches) wrong.push('lacks the trigger that keeps updated_at')
  return wrong
}

const dispatchContent: Rule = (relation, kind) => {
  if (kind !== 'dispatch') return []
  // What is kept up to date is content, also when it is made of ids; a queue's rows come and go.
  const kept = columnOf(relation, 'updated_at') ? ['shows what an organization keeps to every worker'] : []
  const shown = relation.columns
    .filter(
      ({ name, type }) =>
        !DISPATCH_TYPES.includes(type) && !(type === 'text' && DISPATCH_TEXT[`${relation.name}.${name}`]),
    )
    .map(({ name, type }) => `shows the ${type} column ${name} to every worker`)
  return [...kept, ...shown]
}

const NO_CONTENT = [...DISPATCH_TYPES, 'date']

const globalContent: Rule = (relation, kind) => {
  if (kind !== 'global') return []
  const argued = GLOBAL_CONTENT[relation.name] ?? []
  return relation.columns
    .filter(({ name, type }) => !NO_CONTENT.includes(type) && !argued.includes(name))
    .map(({ name, type }) => `has the ${type} column ${name}, which every organization can read`)
}

const views: Rule = relation =>
  relation.kind !== 'v' || relation.options.some(option => /^security_invoker=(true|on|1)$/.test(option))
    ? []
    : ['is a view that reads with the rights of its owner']

const rewriteRules: Rule = relation =>
  relation.rules.map(name => `has the rewrite rule ${name}, which runs with the rights of the owner`)

/** The rules about one relation at a time, by name. */
export const tableRules: Readonly<Record<string, Rule>> = {
  'one-class': oneClass,
  'tenant-key': tenantKey,
  'row-security': rowSecurity,
  'one-policy': onePolicy,
  'owned-records': ownedRecords,
  grants,
  'append-only': appendOnly,
  'foreign-keys': foreignKeys,
  indexes,
  times,
  'dispatch-content': dispatchContent,
  'global-content': globalContent,
  views,
  'rewrite-rules': rewriteRules,
}

/** Columns that are argued for above and are no longer there. */
export function needlessAllowances({ relations }: Catalogue): string[] {
  const named = Object.entries(GLOBAL_CONTENT).flatMap(([table, columns]) =>
    columns.map(column => `${table}.${column}`),
  )
  return [...named, ...Object.keys(DISPATCH_TEXT)].filter(path => {
    const [, table = '', column = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? []
    const relation = relations.get(table)
    return !relation || !columnOf(relation, column)
  })
}
