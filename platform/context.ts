import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Actor } from './contract/actor.ts'
import type { Vault } from './crypto/vault.ts'
import { type Database, type GlobalTx, type Plans, sqlState, type Tx } from './db/database.ts'
import { EVERYTHING, type Visibility } from './db/visibility.ts'
import type { Egress } from './egress/egress.ts'
import { generalErrors } from './errors.ts'
import type { Reactions } from './events/reactions.ts'
import { newId } from './ids.ts'
import type { JobKinds } from './jobs/kinds.ts'
import type { Live } from './live/live.ts'
import type { Log } from './log.ts'
import type { OwnedObjects } from './owned.ts'
import type { PersonalData } from './personal.ts'
import type { RecordReference } from './references.ts'
import type { Samples } from './samples.ts'
import type { Wake } from './wake.ts'

export type { Actor } from './contract/actor.ts'

/** Who sent a request and from where, as the audit log keeps it. */
export interface Caller {
  /** What the actor is called at this time. */
  readonly name: string
  readonly address: string
  readonly userAgent: string
}

/** The parts of the process that verbs may need, made once by the program. */
export interface Kit {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly db: Database
  readonly vault: Vault
  readonly egress: Egress
  readonly live: Live
  readonly wake: Wake
  readonly reactions: Reactions
  readonly jobs: JobKinds
  /** The objects whose records belong to somebody, as the modules declare them. */
  readonly owned: OwnedObjects
  /** What names their records, as the modules declare it. */
  readonly references: readonly RecordReference[]
  /** What the program holds about people, part by part. */
  readonly personal: readonly PersonalData[]
  /** What each module does with samples, in the order of the modules. */
  readonly samples: readonly Samples[]
  /** Derives a key for one purpose from the installation's master key. */
  readonly keyFor: (purpose: string) => Uint8Array
}

/** What every verb takes first when it works outside an organization: global tables only. */
export interface GlobalContext {
  readonly actor: Actor
  /** Null for what happens without a request. */
  readonly caller: Caller | null
  readonly db: Tx
  readonly clock: Clock
  readonly log: Log
  readonly requestId: string
  readonly kit: Kit
}

/** A context outside organizations whose transaction can step into them, one at a time. */
export interface OutsideContext extends GlobalContext {
  readonly db: GlobalTx
}

/** What every verb takes first. `db` is an open transaction that sees this organization and no other. */
export interface Context extends GlobalContext {
  readonly orgId: string
  /** What of the organization's records may be seen; the database holds it whatever a verb asks for. */
  readonly visibility: Visibility
}

export interface ContextOptions {
  orgId: string
  actor: Actor
  caller?: Caller | null
  requestId?: string
  /** Everything, when it is left out. */
  visibility?: Visibility
  plans?: Plans
}

const REFUSED = '42501'

/** Opens a transaction in one organization and runs `work` in its context. */
export function inOrganization<T>(
  kit: Kit,
  options: ContextOptions,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  return kit.db
    .withOrg(options.orgId, db => work(contextOn(kit, db, options)), options)
    .catch(error => {
      // The policy has refused a row: one that may be looked at only, or that its writer would not see afterwards.
      if (options.visibility && sqlState(error) === REFUSED) throw generalErrors.read_only()
      throw error
    })
}

/** A context on a transaction that is already open for the organization, as in a group commit. */
export function contextOn(kit: Kit, db: Tx, options: ContextOptions): Context {
  return {
    orgId: options.orgId,
    actor: options.actor,
    caller: options.caller ?? null,
    visibility: options.visibility ?? EVERYTHING,
    db,
    clock: kit.clock,
    log: kit.log,
    requestId: options.requestId ?? newId(),
    kit,
  }
}

/** Opens a transaction without an organization. */
export function outsideOrganizations<T>(
  kit: Kit,
  options: Omit<ContextOptions, 'orgId'>,
  work: (ctx: OutsideContext) => Promise<T>,
): Promise<T> {
  return kit.db.withGlobal(db =>
    work({
      actor: options.actor,
      caller: options.caller ?? null,
      db,
      clock: kit.clock,
      log: kit.log,
      requestId: options.requestId ?? newId(),
      kit,
    }),
  )
}
