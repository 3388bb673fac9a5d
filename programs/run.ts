import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { authenticate, grantNamedAdmin } from '#modules/iam/index.ts'
import { startMailReceiver } from '#modules/intake/index.ts'
import { type Config, ConfigError, readConfig } from '#platform/config.ts'
import type { Kit } from '#platform/context.ts'
import { startEmbedded } from '#platform/db/embedded.ts'
import { ensurePartitions, migrate, readMigrations, runtimeUrl } from '#platform/db/migrate.ts'
import { armFault } from '#platform/faults.ts'
import { startRelay } from '#platform/live/relay.ts'
import { messageOf } from '#platform/log.ts'
import { createKit, migrationSources, openSecrets } from './kit.ts'
import { modules } from './modules.ts'
import { createHealthServer, createServer } from './server.ts'
import { subscriptions } from './subscriptions.ts'
import { serveWebApp } from './web-app.ts'
import { startWorker } from './worker.ts'

export interface Running {
  kit: Kit
  /** Where the server listens, `http://127.0.0.1:4000`; for a worker that of its health, or empty when nobody asks. */
  url: string
  ownerUrl: string
  /** The port that e-mail for leads is received at; null when it is not. */
  mailPort: number | null
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
    if (config.adminEmail !== undefined) await grantNamedAdmin(kit, config.adminEmail)
    const relay = startRelay({
      live: kit.live,
      db: kit.db,
      log: kit.log,
      // Nobody reads at a worker.
      listenUrl:
        config.role === 'worker'
          ? undefined
          : runtimeUrl(config.databaseDirectUrl ?? ownerUrl, secrets.runtimePassword),
    })
    undo.push(() => relay.stop())
    if (config.role !== 'api') undo.push(await startWorker(kit, ownerUrl))
    const listenPort = config.role === 'worker' ? config.metricsPort : config.port
    if (listenPort === undefined) return { kit, url: '', ownerUrl, mailPort: null, stop }
    const app =
      config.role === 'worker'
        ? await createHealthServer(kit)
        : await createServer(kit, modules, authenticate)
    if (options.webDir && config.role !== 'worker') await serveWebApp(app, kit, options.webDir)
    undo.push(() => app.close())
    // A stream that opens before would miss what the others do until then.
    await relay.ready
    await app.listen({ port: listenPort, host: config.host })
    const { port } = app.server.address() as AddressInfo
    const mail = config.role === 'worker' ? null : await receiveMail(kit, say)
    if (mail) undo.push(() => mail.close())
    return { kit, url: `http://127.0.0.1:${port}`, ownerUrl, mailPort: mail?.port ?? null, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A port that nobody asked for by name may be another program's, which is no reason not to start. */
async function receiveMail(
  kit: Kit,
  say: (text: string) => void,
): Promise<{ port: number; close(): Promise<void> } | null> {
  try {
    return await startMailReceiver(kit)
  } catch (error) {
    const { intakeSmtp } = kit.config
    const reason = `E-mail for leads cannot be received at port ${intakeSmtp?.port}: ${messageOf(error)}`
    if (intakeSmtp?.isNamed) throw new ConfigError(reason)
    kit.log.warn({ error: messageOf(error) }, 'intake.smtp_not_started')
    say(`${reason}. Set INTAKE_SMTP_PORT to a free one`)
    return null
  }
}
