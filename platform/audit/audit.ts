import type { Actor, Context } from '../context.ts'
import type { Tx } from '../db/database.ts'
import { recordOfChange } from './changes.ts'

/** What an act was done to, for example `{ type: 'member', id, name: 'Ada Lovelace' }`. */
export interface AuditObject {
  readonly type: string
  readonly id: string
  /** What people call it now; the log keeps the name when the object is gone. */
  readonly name?: string | undefined
}

export interface AuditEntry {
  /** Dotted and in the past or as a fact, like an event: `member.role_changed`. */
  readonly action: string
  readonly object: AuditObject
  /** The object's fields as they were. Only those that differ from `after` are kept. */
  readonly before?: object | null | undefined
  /** The object's fields as they are now. */
  readonly after?: object | null | undefined
}

/** An entry as the database takes it: texts only. */
interface Row {
  readonly orgId: string
  readonly text: Readonly<Record<string, string | null>>
}

const audited = new WeakSet<Tx>()

/**
 * Appends an entry to the organization's log, in the caller's transaction: the change and its entry are both stored or
 * neither. Who, from where and the request come from the context. The entries of a transaction are written together
 * at its end, because writing them makes other writers of the organization wait. Values under names that say
 * secret, password or the like are never stored.
 */
export async function audit(ctx: Context, entry: AuditEntry): Promise<void> {
  const { before, after } = recordOfChange(entry.before, entry.after)
  audited.add(ctx.db)
  ctx.db.gather(append, {
    orgId: ctx.orgId,
    text: {
      actor_type: ctx.actor.type,
      actor_id: idOf(ctx.actor),
      actor_name: cut(ctx.caller?.name ?? nameOf(ctx.actor), 200),
      action: entry.action,
      object_type: entry.object.type,
      object_id: cut(entry.object.id, 200),
      object_name: entry.object.name === undefined ? null : cut(entry.object.name, 200),
      before,
      after,
      address: cut(ctx.caller?.address ?? '', 64) || null,
      user_agent: cut(ctx.caller?.userAgent ?? '', 400) || null,
      request_id: cut(ctx.requestId, 100),
    },
  })
}

/** Whether anything was entered into a log in this transaction. */
export function isAudited(tx: Tx): boolean {
  return audited.has(tx)
}

function append(tx: Tx, rows: readonly Row[]): void {
  const texts = JSON.stringify(rows.map(row => row.text))
  tx.send('select audit.append($1, $2)', [rows[0]?.orgId, texts])
}

function idOf(actor: Actor): string | null {
  switch (actor.type) {
    case 'user':
      return actor.userId
    case 'apiKey':
      return actor.keyId
    case 'plugin':
      return actor.pluginId
    case 'run':
      return actor.runId
    case 'system':
      return actor.name
    case 'visitor':
      return null
  }
}

/** For those who come without a name of their own. */
function nameOf(actor: Actor): string {
  switch (actor.type) {
    case 'user':
      return 'A person'
    case 'apiKey':
      return 'An API key'
    case 'plugin':
      return 'A plugin'
    case 'run':
      return 'A workflow'
    case 'system':
      return `Millrace (${actor.name})`
    case 'visitor':
      return 'A visitor'
  }
}

/** Text as PostgreSQL stores it: without NUL and halves of characters, and not longer than allowed. */
function cut(text: string, max: number): string {
  return Array.from(text.toWellFormed().replaceAll('\0', '')).slice(0, max).join('')
}
