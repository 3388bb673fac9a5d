import { spawn } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLUSTER_VARIABLE, removeTestCluster, startTestCluster } from '#test/cluster.ts'
import { buildWeb } from './web-build.ts'

const root = join(import.meta.dirname, '..')
const PATTERNS = [
  'platform/**/*.test.ts',
  'modules/**/*.test.ts',
  'programs/**/*.test.ts',
  'test/**/*.test.ts',
  'web/src/**/*.test.ts',
]

/** `npm test`: every test on a throw-away PostgreSQL. Arguments narrow it to files whose path contains one of them. */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('-'))
  const files = globSync(PATTERNS, { cwd: root })
    .filter(file => wanted.length === 0 || wanted.some(part => file.includes(part)))
    .sort()
  if (files.length === 0) throw new Error(`No test file's path contains ${wanted.join(' or ')}.`)
  await buildWeb()
  const dir = mkdtempSync(join(tmpdir(), 'millrace-tests-'))
  // PostgreSQL does not run as root: its unprivileged account must be able to enter the folder.
  chmodSync(dir, 0o755)
  const cluster = await startTestCluster(dir)
  try {
    process.exitCode = await runFiles(
      files,
      JSON.stringify({ adminUrl: cluster.adminUrl, ownerUrl: cluster.ownerUrl, dir }),
      join(dir, 'compiled'),
    )
  } finally {
    await removeTestCluster(cluster, dir)
  }
}

/** Every file is a process of its own; what the first of them compile, the others find in `compiled`. */
function runFiles(files: string[], cluster: string, compiled: string): Promise<number> {
  const args = ['--test', '--test-concurrency=2', '--test-timeout=300000', '--test-reporter=spec', ...files]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        [CLUSTER_VARIABLE]: cluster,
        NODE_COMPILE_CACHE: compiled,
        NODE_ENV: 'test',
      },
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 1))
  })
}

await main()
