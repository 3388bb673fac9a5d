import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

/** A stand-in for npm: notes how it was called and leaves behind what npm leaves behind. */
const FAKE_NPM = `
const { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
appendFileSync('calls.log', JSON.stringify({ args: process.argv.slice(2), path: process.env.PATH }) + '\\n')
if (process.env.FAKE_ERROR) { console.error(process.env.FAKE_ERROR); process.exit(7) }
mkdirSync('node_modules/.bin', { recursive: true })
writeFileSync('node_modules/.package-lock.json', '{}')
rmSync('node_modules/.bin/node', { force: true })
if (!process.env.FAKE_OMIT) symlinkSync(process.env.FAKE_NODE ?? process.execPath, 'node_modules/.bin/node')
`

interface Checkout {
  folder: string
  /** Runs the script as npm would, and answers what it printed. */
  install(
    env?: Record<string, string>,
    preload?: string,
  ): { status: number | null; stdout: string; stderr: string }
  calls(): { args: string[]; path: string }[]
}

function checkout(t: TestContext): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'install-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'programs'))
  copyFileSync(join(import.meta.dirname, 'install.mjs'), join(folder, 'programs', 'install.mjs'))
  writeFileSync(join(folder, 'package.json'), '{"name":"millrace"}')
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  writeFileSync(join(folder, 'npm-cli.js'), FAKE_NPM)
  return {
    folder,
    install(env = {}, preload = '') {
      const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, 'programs/install.mjs']
      const PATH = `${join(folder, 'node_modules', '.bin')}:/usr/bin:/bin`
      const npm = { npm_execpath: join(folder, 'npm-cli.js'), npm_node_execpath: process.execPath }
      return spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH, ...npm, ...env },
      })
    },
    calls() {
      const log = join(folder, 'calls.log')
      if (!existsSync(log)) return []
      const lines = readFileSync(log, 'utf8').trim().split('\n')
      return lines.map(line => JSON.parse(line) as { args: string[]; path: string })
    },
  }
}

test('a fresh clone is installed once, with the development and optional packages', t => {
  const { folder, install, calls } = checkout(t)
  const first = install({ NODE_ENV: 'production' })
  assert.equal(first.status, 0, first.stderr)
  assert.equal(first.stdout, 'Installing dependencies (first start, about a minute)…\n')
  assert.deepEqual(calls()[0]?.args, [
    'install',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ])
  assert.ok(!calls()[0]?.path.includes(folder), 'npm would run on the Node it is about to replace')
  const second = install()
  assert.deepEqual([second.status, second.stdout, second.stderr], [0, '', ''])
  assert.equal(calls().length, 1)
})

test('times of change do not matter, contents do', t => {
  const { folder, install, calls } = checkout(t)
  install()
  utimesSync(join(folder, 'package.json'), new Date(), new Date(Date.now() + 86_400_000))
  install()
  assert.equal(calls().length, 1)
  writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}')
  install()
  assert.equal(calls().length, 2)
  writeFileSync(join(folder, 'package.json'), '{"name":"millrace","dependencies":{}}')
  install()
  assert.equal(calls().length, 3)
})

test('what npm left unfinished, or someone removed, is installed again', t => {
  const { folder, install, calls } = checkout(t)
  for (const [index, missing] of ['.package-lock.json', '.bin/node', '.millrace-install'].entries()) {
    install()
    rmSync(join(folder, 'node_modules', missing))
    install()
    assert.equal(calls().length, index + 2, `${missing} was not noticed`)
  }
})

test('a failed install says why, ends with an error and is tried again', t => {
  const { install, calls } = checkout(t)
  const offline = install({ FAKE_ERROR: 'npm error code EAI_AGAIN' })
  assert.equal(offline.status, 1)
  assert.match(offline.stderr, /npm error code EAI_AGAIN.*failed \(npm: 7\).*registry cannot be reached/s)
  assert.match(install({ FAKE_ERROR: 'ENOSPC' }).stderr, /disk is full/)
  assert.match(install({ FAKE_ERROR: 'EACCES' }).stderr, /belong to another user/)
  assert.match(install({ FAKE_ERROR: 'something else' }).stderr, /The lines above say why/)
  assert.equal(install().status, 0)
  assert.equal(calls().length, 5)
})

test('without npm in the environment the npm on the PATH is taken, and its absence is explained', t => {
  const { folder, install } = checkout(t)
  const missing = install({ npm_execpath: '/opt/yarn.js', PATH: folder })
  assert.equal(missing.status, 1)
  assert.match(missing.stderr, /npm was not found/)
  writeFileSync(join(folder, 'npm'), `#!${process.execPath}\nrequire('./npm-cli.js')\n`, { mode: 0o755 })
  assert.equal(install({ npm_execpath: '/opt/yarn.js', PATH: folder }).status, 0)
})

test('a missing or broken runtime is noticed at once', t => {
  const { folder, install } = checkout(t)
  const omitted = install({ FAKE_OMIT: '1' })
  assert.equal(omitted.status, 1)
  assert.match(omitted.stderr, /left out Node 26 for .*optional dependency/s)
  writeFileSync(join(folder, 'old-node'), '#!/bin/sh\necho "GLIBC_2.28 not found" >&2\nexit 1\n', {
    mode: 0o755,
  })
  const broken = install({ FAKE_NODE: join(folder, 'old-node') })
  assert.equal(broken.status, 1)
  assert.match(broken.stderr, /does not start here:\nGLIBC_2\.28 not found\n.*libatomic/s)
})

const as = (key: string, value: string) => `Object.defineProperty(process, '${key}', { value: ${value} })`
const MUSL = `process.report.getReport = () => ({ header: {} });${as('platform', "'linux'")}`

test('an old Node and a system without packages are refused with a way out, before npm is called', t => {
  const { install, calls } = checkout(t)
  const refused = [
    [as('versions', "{ node: '18.20.0' }"), /needs Node 20 or newer.*Node 18\.20\.0.*nodejs\.org/s],
    [as('platform', "'win32'"), /do not exist for win32.*wsl --install/s],
    [as('platform', "'freebsd'"), /do not exist for freebsd.*DATABASE_URL/s],
    [MUSL, /with musl instead of glibc.*"debian"/s],
  ] as const
  for (const [preload, message] of refused) {
    const result = install({}, preload)
    assert.equal(result.status, 1)
    assert.match(result.stderr, message)
  }
  assert.equal(calls().length, 0)
})

test('with Node 26 and DATABASE_URL no packages of the platform are needed', t => {
  const { install, calls } = checkout(t)
  const env = { DATABASE_URL: 'postgres://127.0.0.1/millrace', FAKE_OMIT: '1' }
  assert.equal(install(env, as('platform', "'freebsd'")).status, 0)
  assert.equal(install(env, as('platform', "'freebsd'")).status, 0)
  assert.equal(calls().length, 1)
})

test('our own Node hands the install to the Node outside node_modules', t => {
  const { folder, install } = checkout(t)
  install()
  rmSync(join(folder, 'node_modules', '.millrace-install'))
  const inside = as('execPath', `'${join(folder, 'node_modules', '.bin', 'gone')}'`)
  assert.equal(install({}, inside).status, 0)
})
