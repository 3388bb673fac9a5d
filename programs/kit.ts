import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '#platform/clock.ts'
import type { Config } from '#platform/config.ts'
import type { Kit } from '#platform/context.ts'
import { openKeyFile } from '#platform/crypto/key-file.ts'
import { localKms } from '#platform/crypto/kms.ts'
import { deriveKey } from '#platform/crypto/tokens.ts'
import { createVault } from '#platform/crypto/vault.ts'
import { openDatabase } from '#platform/db/database.ts'
import { type MigrationSource, runtimeUrl } from '#platform/db/migrate.ts'
import { createEgress } from '#platform/egress/egress.ts'
import { retryReaction } from '#platform/events/dispatch.ts'
import { createReactions, type Reaction } from '#platform/events/reactions.ts'
import { createJobKinds } from '#platform/jobs/kinds.ts'
import { createLive } from '#platform/live/live.ts'
import { createLog, type Log } from '#platform/log.ts'
import type { Module } from '#platform/module.ts'
import { createOwned } from '#platform/owned.ts'
import { createWake } from '#platform/wake.ts'
import { personalData } from './personal.ts'

const platformDir = new URL('../platform/', import.meta.url).pathname

/** The platform's own tables, before those of any module. */
const platformMigrations: readonly MigrationSource[] = [
  { module: 'platform', dir: join(platformDir, 'db/migrations') },
  { module: 'events', dir: join(platformDir, 'events/migrations') },
  { module: 'jobs', dir: join(platformDir, 'jobs/migrations') },
  { module: 'http', dir: join(platformDir, 'http/migrations') },
  { module: 'live', dir: join(platformDir, 'live/migrations') },
  { module: 'audit', dir: join(platformDir, 'audit/migrations') },
  { module: 'files', dir: join(platformDir, 'files/migrations') },
]

/** All folders of migrations, in the order they are applied. */
export function migrationSources(modules: readonly Module[]): MigrationSource[] {
  return [
    ...platformMigrations,
    ...modules.flatMap(module =>
      module.migrations ? [{ module: module.name, dir: module.migrations }] : [],
    ),
  ]
}

/** The installation's secrets, all derived from the master key file of the data folder. */
export interface Secrets {
  keyFilePath: string
  /** The same key each time; purposes are few and stand in the code. */
  keyFor: (purpose: string) => Uint8Array
  /** Password of the runtime database role. */
  runtimePassword: string
}

/** Opens, or creates at the first start, the master key of a data folder. */
export function openSecrets(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true })
  const keyFilePath = join(dataDir, 'master.key')
  const keys = openKeyFile(keyFilePath)
  // The oldest key never leaves the file, so what is derived from it survives a rotation.
  const oldest = keys.reduce((first, key) => (key.version < first.version ? key : first))
  const derived = new Map<string, Uint8Array>()
  const keyFor = (purpose: string) => {
    const key = derived.get(purpose) ?? deriveKey(oldest.bytes, purpose)
    derived.set(purpose, key)
    return key
  }
  return {
    keyFilePath,
    keyFor,
    runtimePassword: Buffer.from(keyFor('database.runtime-role')).toString('base64url'),
  }
}

export interface KitOptions {
  config: Config
  ownerUrl: string
  secrets: Secrets
  modules: readonly Module[]
  reactions: readonly Reaction[]
  clock?: Clock
  log?: Log
}

/** Makes the parts every verb may need. The database must have been migrated. */
export function createKit(options: KitOptions): Kit {
  const { config, secrets } = options
  const log = options.log ?? createLog(config.logLevel)
  const clock = options.clock ?? systemClock
  return {
    config,
    clock,
    log,
    db: openDatabase({
      url: runtimeUrl(options.ownerUrl, secrets.runtimePassword),
      max: config.databasePool,
      onError: error => log.warn({ error: error.message }, 'db.connection_lost'),
    }),
    vault: createVault({ kms: localKms(secrets.keyFilePath) }),
    egress: createEgress({ allowPrivate: config.egressAllow }),
    live: createLive(),
    wake: createWake(),
    reactions: createReactions(options.reactions),
    jobs: createJobKinds([retryReaction, ...options.modules.flatMap(module => module.jobs ?? [])]),
    owned: createOwned(options.modules.flatMap(module => module.owned ?? [])),
    references: options.modules.flatMap(module => module.references ?? []),
    personal: personalData(options.modules),
    samples: options.modules.flatMap(({ samples }) => samples ?? []),
    keyFor: secrets.keyFor,
  }
}
