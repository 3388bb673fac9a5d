import type { Context } from './context.ts'
import { type Sight, settingName } from './db/visibility.ts'
import { generalErrors } from './errors.ts'

/** A kind of record that belongs to somebody, and of which a member may be allowed to see a part only. */
export interface OwnedObject {
  /** The word: subject of events, key of settings, `<object>` in `iam.record_access`. */
  readonly object: string
  /** What people call many of them, for example `Leads`. */
  readonly label: string
  /** The table, `schema.name`, made by `platform.owned_table`, and the column of the owner's user id. */
  readonly table: string
  readonly owner: string
}

/** All owned objects of the program, by their word. */
export type OwnedObjects = ReadonlyMap<string, OwnedObject>

/** Builds the registry. Throws for two objects of one name and for a word or name that could not stand in SQL. */
export function createOwned(list: readonly OwnedObject[]): OwnedObjects {
  const objects = new Map<string, OwnedObject>()
  for (const owned of list) {
    settingName(owned.object)
    if (!/^[a-z]+\.[a-z_]+$/.test(owned.table) || !/^[a-z_]+$/.test(owned.owner)) {
      throw new Error(`${owned.object} names no table and column.`)
    }
    if (objects.has(owned.object)) throw new Error(`The object ${owned.object} is declared twice.`)
    objects.set(owned.object, owned)
  }
  return objects
}

/** What the transaction sees of an object, or null when it sees all of it. */
export function sightOf(ctx: Context, object: string): Sight | null {
  return ctx.visibility[object] ?? null
}

/**
 * Brings what belongs to records into the sight of this transaction: answers, events, positions. Only records that it
 * may see are opened, with the right it has to them, because the statement reads them under their own policy. An
 * opened record stays in sight until the transaction ends, also when it gets another owner: giving away what one
 * can see is therefore an act of a verb that opens it first. Waits for no answer.
 */
export function openRecords(ctx: Context, object: string, ids: readonly string[]): void {
  const owned = ctx.kit.owned.get(object)
  if (!owned || !sightOf(ctx, object) || ids.length === 0) return
  const setting = settingName(object)
  ctx.db.send(
    `select set_config('${setting}', concat_ws(' ', current_setting('${setting}'), string_agg(left(access, 1) || id, ' ')), true)
     from (select r.id, iam.record_access('${object}', r.${owned.owner}, r.id) as access
           from ${owned.table} r where r.org_id = $1 and r.id = any($2::uuid[])) opened`,
    [ctx.orgId, ids],
  )
}

/**
 * Shows one record for looking only, whoever owns it, because another one that may be seen is about it. Waits for no answer.
 */
export function showRecord(ctx: Context, object: string, id: string): void {
  if (!sightOf(ctx, object)) return
  const setting = settingName(object)
  ctx.db.send(`select set_config('${setting}', current_setting('${setting}') || ' r' || $1::uuid, true)`, [
    id,
  ])
}

/**
 * Sends statements that see every record of the organization, for what is kept beside records and carries more of them than
 * the one who writes may see. They stand together, so nothing else is sent between them. Waits for no answer.
 */
export function sendSeeingAll(
  ctx: Context,
  statements: readonly { readonly text: string; readonly values: readonly unknown[] }[],
): void {
  const settings = Object.keys(ctx.visibility).map(settingName)
  const each = (set: (name: string) => string) => `select ${settings.map(set).join(', ')}`
  if (settings.length > 0)
    ctx.db.send(
      each(
        name =>
          `set_config('${name}_aside', current_setting('${name}'), true), set_config('${name}', '', true)`,
      ),
    )
  for (const { text, values } of statements) ctx.db.send(text, values)
  if (settings.length > 0)
    ctx.db.send(each(name => `set_config('${name}', current_setting('${name}_aside'), true)`))
}

/** A condition for a list, and the values of its parameters. */
export interface SeenCondition {
  readonly sql: string
  readonly values: readonly unknown[]
}

/**
 * What a list says beside its own conditions so that its records are found by their owner's index: the policy alone only
 * sorts out. Empty where everything is seen. `alias` is the table's name in the statement, `next` the number of the
 * first free parameter.
 */
export function seenCondition(ctx: Context, object: string, alias: string, next: number): SeenCondition {
  const owned = ctx.kit.owned.get(object)
  const sight = sightOf(ctx, object)
  if (!owned || !sight) return { sql: '', values: [] }
  const { owners, writable, readable } = sight
  return {
    sql: ` and (${alias}.${owned.owner} = any($${next}::uuid[]) or ${alias}.id = any($${next + 1}::uuid[]))`,
    values: [owners, [...writable, ...readable]],
  }
}

/** Whether any object is seen in part only. */
export function isNarrowed(ctx: Context): boolean {
  return Object.keys(ctx.visibility).length > 0
}

const seen = ({ table }: OwnedObject, id: string) =>
  `exists (select 1 from ${table} seen where seen.org_id = $1 and seen.id = ${id})`

/**
 * For rows about a record of another table: a condition that lets only those through whose record the transaction sees.
 * A row about nothing goes with `orNone`. `column` holds the id; $1 is the organization. Empty where all is seen.
 */
export function aboutSeen(ctx: Context, object: string, column: string, orNone = false): string {
  const owned = ctx.kit.owned.get(object)
  if (!owned || !isNarrowed(ctx)) return ''
  return ` and (${orNone ? `${column} is null or ` : ''}${seen(owned, column)})`
}

/**
 * For rows with a list of subjects, `[{ type, id }]`: lets those through that are about at least one owned record and about
 * none that the transaction does not see. Empty where all is seen.
 */
export function subjectsSeen(ctx: Context, column: string): string {
  if (!isNarrowed(ctx)) return ''
  const objects = [...ctx.kit.owned.values()]
  const visible = objects.map(
    owned => `about->>'type' = '${owned.object}' and ${seen(owned, "(about->>'id')::uuid")}`,
  )
  const named = objects.map(({ object }) => `'${object}'`).join(', ')
  const subjects = `(select about from jsonb_array_elements(${column}) about where about->>'type' in (${named})) named`
  return ` and exists (select 1 from ${subjects}) and not exists (select 1 from ${subjects} where not (${visible.join(' or ')}))`
}

/** What may be done with a record: null for one that is not there, not in sight or of no owned object. */
export async function recordAccess(
  ctx: Context,
  object: string,
  id: string,
): Promise<'read' | 'write' | null> {
  const owned = ctx.kit.owned.get(object)
  if (!owned) return null
  const found = await ctx.db.query<{ access: 'read' | 'write' | null }>(
    `select iam.record_access('${object}', r.${owned.owner}, r.id) as access from ${owned.table} r
     where r.org_id = $1 and r.id = $2 and r.deleted_at is null`,
    [ctx.orgId, id],
  )
  return found.rows[0]?.access ?? null
}

/**
 * Asks for the right to change a record. The policy refuses most changes by itself, but it judges the row as it will be:
 * what gives a record another owner, deletes it or says who else sees it has to ask. Throws `request.not_found` for a
 * record that is not there or not in sight, `request.read_only` for one that may only be looked at.
 */
export async function requireWritable(ctx: Context, object: string, id: string): Promise<void> {
  const access = await recordAccess(ctx, object, id)
  if (access === null) throw generalErrors.not_found()
  if (access !== 'write') throw generalErrors.read_only()
}
