import { Worker } from 'node:worker_threads'
import type { ParsedMail } from './parsed-mail.ts'

/** A message that cannot be read: it is none, or it wants more time or memory than any letter needs. */
export class UnreadableMail extends Error {}

/** What a message may take before it is given up. Most are read in milliseconds. */
const TIME_MS = 15_000
/** A thread without work ends after this. */
const IDLE_MS = 30_000

interface Task {
  readonly raw: Uint8Array
  readonly settle: (result: ParsedMail | Error) => void
}

const waiting: Task[] = []
let thread: Worker | undefined
let isReading = false
let rest: NodeJS.Timeout | undefined

/**
 * Reads a message in a thread of its own, one at a time, with bounds on time and memory. Throws `UnreadableMail`. The bytes are
 * copied, so that the caller still has them.
 */
export function readMail(raw: Uint8Array): Promise<ParsedMail> {
  return new Promise((resolve, reject) => {
    waiting.push({
      raw,
      settle: result => (result instanceof Error ? reject(result) : resolve(result)),
    })
    next()
  })
}

function next(): void {
  const task = isReading ? undefined : waiting.shift()
  if (!task) return
  isReading = true
  clearTimeout(rest)
  const worker = thread ?? begin()
  thread = worker
  worker.ref()
  const finish = (result: ParsedMail | Error, isSpoiled: boolean) => {
    clearTimeout(timer)
    worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    isReading = false
    if (isSpoiled) end(worker)
    else pause(worker)
    task.settle(result)
    next()
  }
  const timer = setTimeout(() => finish(new UnreadableMail('It takes too long to read.'), true), TIME_MS)
  const onMessage = (said: { mail?: ParsedMail; failure?: string }) =>
    finish(said.mail ?? new UnreadableMail(said.failure ?? 'It cannot be read.'), false)
  const onError = () => finish(new UnreadableMail('It wants more memory than any letter needs.'), true)
  const onExit = () => finish(new UnreadableMail('It ends whoever reads it.'), true)
  worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  worker.postMessage(task.raw)
}

function begin(): Worker {
  return new Worker(new URL('./reader-thread.ts', import.meta.url), {
    env: {},
    argv: [],
    execArgv: ['--no-warnings'],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
}

function pause(worker: Worker): void {
  worker.unref()
  rest = setTimeout(() => end(worker), IDLE_MS).unref()
}

function end(worker: Worker): void {
  if (thread === worker) thread = undefined
  // How it ends is of no interest.
  worker.terminate().catch(() => {})
}
