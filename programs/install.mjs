// Installs the dependencies when they are missing or out of date. npm runs it before every command (prestart,
// pretest, …) on whatever Node the machine has. So it is plain JavaScript without dependencies, and it does
// nothing, within milliseconds, when the last install still fits.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 20
// What the product itself runs on. It comes as a package, like PostgreSQL, for these platforms.
const NODE_MAJOR_OWN = 26
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const OUTPUT_CHARS_KEPT = 20_000

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules')
const ownNode = join(installed, '.bin', 'node')
// A digest instead of times of change: a clone or a copy sets those as it likes.
const stampFile = join(installed, '.millrace-install')
const nodeMajor = Number(process.versions.node.split('.')[0])
const hasOwnNode = PLATFORMS.includes(`${process.platform}-${process.arch}`)

if (!isUpToDate()) {
  refuseWhatCannotWork()
  console.log('Installing dependencies (first start, about a minute)…')
  rmSync(stampFile, { force: true })
  const failure = await install()
  if (failure !== undefined) stop(failure)
  mkdirSync(installed, { recursive: true })
  writeFileSync(stampFile, digest())
}

function isUpToDate() {
  const complete = existsSync(join(installed, '.package-lock.json')) && (!hasOwnNode || existsSync(ownNode))
  return complete && nodeMajor >= NODE_MAJOR_MIN && read(stampFile) === digest()
}

/** Changes when another set of packages is due: other wishes, another lock, another kind of machine. */
function digest() {
  const parts = [
    read(join(root, 'package.json')),
    read(join(root, 'package-lock.json')),
    process.platform,
    process.arch,
  ]
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function stop(lines) {
  console.error(`\n${lines.join('\n')}\n`)
  process.exit(1)
}

function refuseWhatCannotWork() {
  if (nodeMajor < NODE_MAJOR_MIN) {
    stop([
      `Millrace needs Node ${NODE_MAJOR_MIN} or newer to install itself; this is Node ${process.versions.node}.`,
      'Get a newer one from https://nodejs.org or your package manager, then run the command again.',
    ])
  }
  const bringsItsOwn = nodeMajor >= NODE_MAJOR_OWN && Boolean(process.env.DATABASE_URL)
  if ((hasOwnNode && !isMusl()) || bringsItsOwn) return
  const system = `${process.platform}-${process.arch}${isMusl() ? ' with musl instead of glibc' : ''}`
  const advice =
    process.platform === 'win32'
      ? 'On Windows, use WSL: run "wsl --install", clone the repository inside it and start there.'
      : 'Use a Linux with glibc (Debian, Ubuntu, Fedora; for containers the image "debian" or "node"), or macOS.'
  stop([
    `The packages of Node ${NODE_MAJOR_OWN} and PostgreSQL do not exist for ${system}.`,
    advice,
    `With your own Node ${NODE_MAJOR_OWN} and your own PostgreSQL in DATABASE_URL it goes on without them.`,
  ])
}

/** True on Alpine and the like, where programs built for glibc do not start. */
function isMusl() {
  if (process.platform !== 'linux') return false
  // Without this the report would look up the names of all network peers.
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime === undefined
}

/** Runs npm. Undefined when all is well, otherwise what to tell the user. */
async function install() {
  const { command, before } = npmCommand()
  const args = [...before, 'install', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const { code, output } = await run(command, args)
  if (code !== 0) return explain(code, output)
  if (!hasOwnNode || isMusl()) return undefined
  const trial = spawnSync(ownNode, ['--version'], { encoding: 'utf8' })
  if (trial.status === 0) return undefined
  if (!existsSync(ownNode)) {
    return [
      `npm ended well but left out Node ${NODE_MAJOR_OWN} for ${process.platform}-${process.arch}.`,
      'It is an optional dependency: see that neither .npmrc nor the environment omits those, then try again.',
    ]
  }
  return [
    `Node ${NODE_MAJOR_OWN} was installed but does not start here:`,
    String(trial.stderr || trial.error?.message).trim(),
    'It needs glibc 2.28 or newer and libatomic (Debian, Ubuntu: apt-get install libatomic1).',
  ]
}

/**
 * The npm that started this script, on the Node that it runs on. Not on our own Node when another is known: that
 * one lies in the folder npm is about to change.
 */
function npmCommand() {
  const cli = process.env.npm_execpath
  if (cli === undefined || !/^npm(-cli)?\.c?js$/.test(basename(cli))) return { command: 'npm', before: [] }
  const outside = [process.env.npm_node_execpath, process.execPath].find(
    node => node && !node.startsWith(installed + sep),
  )
  return { command: outside ?? process.execPath, before: [cli] }
}

function run(command, args) {
  const path = (process.env.PATH ?? '').split(delimiter).filter(part => !part.startsWith(installed + sep))
  const env = { ...process.env, PATH: path.join(delimiter) }
  return new Promise(done => {
    let output = ''
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = text => {
      output = (output + text).slice(-OUTPUT_CHARS_KEPT)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', error => done({ code: error.code, output: `${output}${error.message}` }))
    child.on('close', (code, signal) => done({ code: code ?? signal, output }))
  })
}

function explain(code, output) {
  const isOffline =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  const advice = [
    [
      isOffline,
      'The package registry cannot be reached. The first install needs the network; check it and any proxy.',
    ],
    [/ENOSPC/.test(output), 'The disk is full. The install takes about 1 GB.'],
    [
      /EACCES|EPERM|EROFS/.test(output),
      `Files here belong to another user: make ${root} writable for this one.`,
    ],
    [code === 'ENOENT', 'npm was not found. Start with "npm start", or put npm on the PATH.'],
  ].find(([applies]) => applies)
  const what = `Installing the dependencies failed (npm: ${code}).`
  return [output.trim(), what, advice?.[1] ?? 'The lines above say why. Nothing else was changed; try again.']
}
