import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** One tool of the check: a script for Node, with its arguments. */
interface Check {
  readonly name: string
  readonly args: readonly string[]
}

interface Outcome extends Check {
  readonly isFine: boolean
  readonly output: string
  readonly seconds: number
}

// Each tool uses up to a processor, and a laptop has other things to do.
const AT_ONCE_MAX = 2
const OUTPUT_CHARS_MAX = 200_000

const root = join(import.meta.dirname, '..')
const tool = (name: string) => join(root, 'node_modules', '.bin', name)

// The longest first, so that the short ones fill the gaps.
const checks: readonly Check[] = [
  { name: 'types of the server', args: [tool('tsc'), '-p', 'tsconfig.json', '--pretty', 'false'] },
  { name: 'types of the web app', args: [tool('tsc'), '-p', 'web/tsconfig.json', '--pretty', 'false'] },
  { name: 'format and lint', args: [tool('biome'), 'check', '--colors=off', '.'] },
  { name: 'tidy', args: ['--test', '--test-reporter=dot', 'test/tidy.test.ts'] },
]

/** Runs one tool to its end and keeps what it prints. */
function run(check: Check): Promise<Outcome> {
  const start = performance.now()
  return new Promise(done => {
    let output = ''
    const keep = (text: string) => {
      output = (output + text).slice(0, OUTPUT_CHARS_MAX)
    }
    const child = spawn(process.execPath, check.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', error => keep(`${error.message}\n`))
    child.on('close', code =>
      done({ ...check, isFine: code === 0, output, seconds: (performance.now() - start) / 1000 }),
    )
  })
}

/** What a failed check has to say, without the row of dots for its tests. */
function complaint(output: string): string {
  return output.replace(/^[.X\s]+Failed tests:/, '').trim()
}

/** Runs all checks, a few at once, and prints what a check found as soon as it has failed. */
async function runAll(): Promise<Outcome[]> {
  const due = [...checks]
  const outcomes: Outcome[] = []
  const lane = async () => {
    for (let check = due.shift(); check; check = due.shift()) {
      const outcome = await run(check)
      outcomes.push(outcome)
      if (!outcome.isFine) console.log(`── ${outcome.name} ──\n${complaint(outcome.output)}\n`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, lane))
  return outcomes
}

const start = performance.now()
const outcomes = await runAll()
const failed = outcomes.filter(outcome => !outcome.isFine)
const words = outcomes.map(
  ({ name, isFine, seconds }) => `${name} ${isFine ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`,
)
console.log(`${words.join(', ')}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
process.exitCode = failed.length === 0 ? 0 : 1
