#!/usr/bin/env node
// The command `millrace`, on whatever Node the machine has: hands itself to the Node that comes with the product and
// runs the program behind it. So it is plain JavaScript without dependencies.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_OWN = 26
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const ownNode = join(root, 'node_modules', '.bin', 'node')
const isNewEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_OWN
const node = existsSync(ownNode) ? ownNode : isNewEnough ? process.execPath : undefined
if (node === undefined || !existsSync(join(root, 'node_modules', 'commander'))) {
  console.error('Millrace is not installed yet. Run "npm install" in its folder, then the command again.')
  process.exit(1)
}
// What has been compiled once starts in half the time; a folder that cannot be written to is no harm.
const cache = join(root, 'node_modules', '.cache', 'millrace')
const child = spawn(node, [join(root, 'programs/cli.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: cache, ...process.env },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => {
  process.exitCode = code ?? (signal ? 130 : 1)
})
