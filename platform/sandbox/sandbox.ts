import { SandboxError } from './errors.ts'
import type { CodeLanguage, CodeLimits, GuestFailure } from './guest-job.ts'
import { SandboxPool } from './pool.ts'

/** As many as may keep a processor each busy without the rest of the process noticing. */
const THREADS = 2
const MEMORY_BYTES_MIN = 16 * 1024 * 1024
const NESTED_MAX = 64
const CHECK_LIMITS: CodeLimits = { memoryBytes: 32 * 1024 * 1024, timeMs: 1_000, outputBytes: 1_024 }
const CHECK_WAIT_MS = 10_000

const pool = new SandboxPool(THREADS)

export interface CodeRun {
  /** The body of a function of `input` that returns its result, or a source that begins with `export default function`. */
  readonly source: string
  readonly language: CodeLanguage
  /** Anything JSON can say. */
  readonly input: unknown
  readonly limits: CodeLimits
  /** Whose code it is: one run of a partition at a time, and partitions take turns. */
  readonly partition: string
  /** How long its turn may take to come; the run's own time begins after that. */
  readonly waitMs: number
  readonly signal?: AbortSignal
}

export interface CodeResult {
  /** Parsed JSON, nested at most 64 deep. */
  readonly output: unknown
  /** At most 100 lines of at most 1,024 characters. */
  readonly logs: readonly string[]
}

/**
 * Runs code nobody has read. It sees its input, a console and the language itself; nothing of this process, no network,
 * no files, no timers, and nothing any other run left behind. Throws SandboxError, or the signal's reason.
 */
export async function runCode(run: CodeRun): Promise<CodeResult> {
  const { source, language, limits, partition, waitMs, signal } = run
  if (limits.memoryBytes < MEMORY_BYTES_MIN) throw new RangeError('Code needs at least 16 MiB of memory.')
  const input = JSON.stringify(run.input) ?? 'null'
  const report = await pool.run({ partition, waitMs, signal, guest: { source, language, input, limits } })
  const { failure, output, logs } = report
  if (failure !== null) throw new SandboxError(failure.code, failure.message, failure.place, logs)
  if (output === null) throw new SandboxError('worker_lost', 'The code ended without a result.')
  if (Buffer.byteLength(output) > limits.outputBytes) {
    const kilobytes = Math.floor(limits.outputBytes / 1_024)
    throw new SandboxError(
      'output_too_large',
      `The code returned more than ${kilobytes} kB.`,
      undefined,
      logs,
    )
  }
  const value: unknown = JSON.parse(output)
  if (!isShallow(value)) {
    const message = `What the code returned is nested more than ${NESTED_MAX} deep.`
    throw new SandboxError('not_json', message, undefined, logs)
  }
  return { output: value, logs }
}

/** Why a source cannot be read, or null when it can. It is compiled and not run. Throws SandboxError `busy` or `worker_lost`. */
export async function checkSource(
  source: string,
  language: CodeLanguage,
  partition: string,
): Promise<GuestFailure | null> {
  const guest = { source, language, input: null, limits: CHECK_LIMITS }
  return (await pool.run({ partition, waitMs: CHECK_WAIT_MS, guest })).failure
}

/** Whether every part of the value is at most NESTED_MAX containers deep. Does not recurse, so any value is safe. */
function isShallow(value: unknown): boolean {
  let layer = [value]
  for (let level = 0; level <= NESTED_MAX; level++) {
    layer = layer.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    if (layer.length === 0) return true
  }
  return false
}
