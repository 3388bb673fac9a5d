/**
 * One process of an installation under test: the product without its web app, so that a start is the server's alone.
 * Settings come by environment; it says where it takes e-mail, as `mail <port>`, and `ready <url>` once it works.
 */
import { readConfig } from '#platform/config.ts'
import { runMillrace } from '#programs/run.ts'

const running = await runMillrace({ config: readConfig() })
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
// Whoever started this process keeps the other end open; when they are gone, nobody would end it.
process.stdin.on('end', () => process.exit(1)).resume()
if (running.mailPort !== null) console.log(`mail ${running.mailPort}`)
console.log(`ready ${running.url}`)
