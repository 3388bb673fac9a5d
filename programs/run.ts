import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { authenticate } from '#modules/iam/index.ts'
import { type Config, readConfig } from '#platform/config.ts'
import type { Kit } from '#platform/context.ts'
import { startEmbedded } from '#platform/db/embedded.ts'
import { ensurePartitions, migrate, readMigrations } from '#platform/db/migrate.ts'
import { armFault } from '#platform/faults.ts'
import { messageOf } from '#platform/log.ts'
import { createKit, migrationSources, openSecrets } from './kit.ts'
import { modules } from './modules.ts'
import { createServer } from './server.ts'
import { subscriptions } from './subscriptions.ts'
import { serveWebApp } from './web-app.ts'
import { startWorker } from './worker.ts'

export interface Running {
  kit: Kit
  /** Where the server listens, `http://127.0.0.1:4000`; empty for a worker, which does not. */
  url: string
  ownerUrl: string
  /** Stops taking requests, lets what runs end, and stops the embedded server last. */
  stop(): Promise<void>
}

export interface RunOptions {
  config?: Config
  /** The built web app, or undefined to serve the API and public pages only. */
  webDir?: string
  /** Says what is being done, for the terminal. */
  onStep?: (text: string) => void
}

/** Starts in this process what its role asks for: database, API, web app, public pages and worker, or a part. */
export async function runMillrace(options: RunOptions = {}): Promise<Running> {
  const config = options.config ?? readConfig()
  if (config.fault !== undefined) armFault(config.fault)
  const secrets = openSecrets(config.dataDir)
  const say = options.onStep ?? (() => {})
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({ dir: join(config.dataDir, 'postgres') })
  const ownerUrl = config.databaseUrl ?? embedded?.ownerUrl ?? ''
  say(
    embedded
      ? `PostgreSQL ${embedded.adopted ? 'was still running' : 'started'}`
      : 'Using the PostgreSQL of DATABASE_URL',
  )
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const action of undo.reverse()) await action().catch(error => console.error(messageOf(error)))
  }
  if (embedded) undo.push(() => embedded.stop())
  try {
    const applied = await migrate(readMigrations(migrationSources(modules)), {
      ownerUrl,
      runtimePassword: secrets.runtimePassword,
    })
    if (applied > 0) say(`Applied ${applied} migrations`)
    await ensurePartitions(ownerUrl)
    const kit = createKit({ config, ownerUrl, secrets, modules, reactions: subscriptions })
    undo.push(() => kit.db.close())
    if (config.role !== 'api') undo.push(await startWorker(kit, ownerUrl))
    if (config.role === 'worker') return { kit, url: '', ownerUrl, stop }
    const app = await createServer(kit, modules, authenticate)
    if (options.webDir) await serveWebApp(app, kit, options.webDir)
    undo.push(() => app.close())
    await app.listen({ port: config.port, host: config.host })
    const { port } = app.server.address() as AddressInfo
    return { kit, url: `http://127.0.0.1:${port}`, ownerUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
