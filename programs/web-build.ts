import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
export const WEB_DIR = join(root, 'dist/web')
const STAMP = join(WEB_DIR, '.built-from')

/**
 * Builds the web app unless what is there was built from the same sources. Returns whether it built.
 * Throws with the end of the builder's output when it fails.
 */
export async function buildWeb(): Promise<boolean> {
  const sources = hashOfSources()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return false
  const output = await runVite()
  if (!existsSync(join(WEB_DIR, 'index.html')))
    throw new Error(`The web app could not be built:\n${output.slice(-2000)}`)
  writeFileSync(STAMP, sources)
  return true
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  const files = [
    ...filesBelow(join(root, 'web')),
    ...filesBelow(join(root, 'platform/contract')),
    ...filesBelow(join(root, 'modules')),
    join(root, 'package-lock.json'),
  ]
  for (const file of files.sort()) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

/** Tests and SQL do not end up in the bundle, so they do not cause a build. */
function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(name => !/\.test\.tsx?$|\.sql$|\.md$/.test(name))
    .map(name => join(dir, name))
    .filter(path => statSync(path).isFile())
}

function runVite(): Promise<string> {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let output = ''
    child.stdout.on('data', data => {
      output += data
    })
    child.stderr.on('data', data => {
      output += data
    })
    child.once('error', reject)
    child.once('exit', code =>
      code === 0
        ? resolve(output)
        : reject(new Error(`The web app could not be built:\n${output.slice(-2000)}`)),
    )
  })
}
