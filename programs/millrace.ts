import { ConfigError, readConfig } from '#platform/config.ts'
import { EmbeddedError } from '#platform/db/embedded.ts'
import { MigrationError } from '#platform/db/migrate.ts'
import { type Running, runMillrace } from './run.ts'
import { type DemoSeed, seedDemo } from './seed.ts'
import { buildWeb, WEB_DIR } from './web-build.ts'

const SHUTDOWN_MS = 15_000

/** `npm start`: the whole product in one process, or the part of it that MILLRACE_ROLE names. */
async function main(): Promise<void> {
  const config = readConfig()
  const say = (text: string) => console.log(`  ${text}`)
  console.log('Millrace is starting')
  if (config.role !== 'worker' && (await buildWeb())) say('Built the web app')
  const running = await runMillrace({ config, webDir: WEB_DIR, onStep: say })
  stopOnSignal(running)
  const demo = config.seed === 'demo' && config.role !== 'worker' ? await seedOrStop(running) : undefined
  if (demo?.created) say('Created the demo organization Acme Corp')
  if (config.role === 'worker') announceWork(running)
  else announce(running, config.publicUrl, demo)
  console.log('  Stop with Ctrl-C')
}

/** A start that fails half-way does not leave its database server running. */
async function seedOrStop(running: Running): Promise<DemoSeed | undefined> {
  try {
    return await seedDemo(running.kit)
  } catch (error) {
    await running.stop()
    throw error
  }
}

function announceWork(running: Running): void {
  console.log('\nMillrace is working in the background')
  if (running.url !== '') console.log(`  Health and metrics  ${running.url}`)
}

function announce(running: Running, publicUrl: string, demo: DemoSeed | undefined): void {
  const port = new URL(running.url).port
  const url = running.kit.config.port === 0 ? `http://localhost:${port}` : publicUrl
  console.log(`\nMillrace is ready: ${url}`)
  if (demo) {
    console.log(
      `  Sign in    ${demo.email}  password ${demo.password ?? '(the one printed at the first start)'}`,
    )
    console.log(`  Demo form  ${url}/f/${demo.formKey}`)
  }
  if (running.mailPort !== null) console.log(`  E-mail     SMTP at port ${running.mailPort}`)
}

/** The first signal ends cleanly; a second one, or a stop that hangs, ends at once. */
function stopOnSignal(running: Running): void {
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    console.log(`\n${signal}: finishing what runs, then stopping`)
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref()
    running.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', () => stop('Ctrl-C'))
  process.on('SIGTERM', () => stop('SIGTERM'))
}

try {
  await main()
} catch (error) {
  const expected =
    error instanceof ConfigError || error instanceof EmbeddedError || error instanceof MigrationError
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (inUse)
    console.error(`Port ${readConfig().port} is in use. Stop the other program or set PORT to a free one.`)
  else console.error(expected ? (error as Error).message : error)
  process.exit(error instanceof ConfigError ? 2 : 1)
}
