import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { SandboxError } from './errors.ts'
import type { GuestJob, GuestReport, WorkerWord } from './guest-job.ts'
import { compileWasm, type WasmModule } from './web-assembly.ts'

/** A thread that takes longer to start than this never will. */
const START_MS = 30_000
/** How much longer than its job may run a thread lives before it is ended. */
const MARGIN_MS = 1_000
/** A thread without work ends after this. */
const IDLE_MS = 60_000
const JOBS_WAITING_MAX = 1_000

export interface PoolJob {
  /** Who it is for: one job of a partition runs at a time, and partitions take turns. */
  readonly partition: string
  /** How long its turn may take to come. */
  readonly waitMs: number
  readonly guest: GuestJob
  readonly signal?: AbortSignal | undefined
}

interface Waiting {
  readonly job: PoolJob
  readonly patience: NodeJS.Timeout
  readonly settle: (end: GuestReport | Error) => void
}

/** A few threads for code of tenants. They start when there is work and hold no process back from ending. */
export class SandboxPool {
  readonly #size: number
  /** By partition; the one that was served longest ago comes first. */
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #busy = new Set<string>()
  #idle: Thread[] = []
  #running = 0
  #waitingCount = 0
  #wasmModule: Promise<WasmModule> | undefined

  constructor(size: number) {
    this.#size = size
  }

  /** Runs a job when its turn has come. Throws SandboxError `busy`, `time`, `memory` or `worker_lost`, or the signal's reason. */
  run(job: PoolJob): Promise<GuestReport> {
    const { signal, partition } = job
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      if (this.#waitingCount >= JOBS_WAITING_MAX) {
        reject(busy())
        return
      }
      const giveUp = (reason: Error) => {
        if (this.#withdraw(waiting)) waiting.settle(reason)
      }
      const onAbort = () => giveUp(signal?.reason)
      const waiting: Waiting = {
        job,
        patience: setTimeout(() => giveUp(busy()), job.waitMs),
        settle: end => {
          clearTimeout(waiting.patience)
          signal?.removeEventListener('abort', onAbort)
          if (end instanceof Error) reject(end)
          else resolve(end)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const line = this.#waiting.get(partition)
      if (line) line.push(waiting)
      else this.#waiting.set(partition, [waiting])
      this.#waitingCount += 1
      this.#serve()
    })
  }

  #withdraw(waiting: Waiting): boolean {
    const { partition } = waiting.job
    const line = this.#waiting.get(partition) ?? []
    const index = line.indexOf(waiting)
    if (index < 0) return false
    line.splice(index, 1)
    if (line.length === 0) this.#waiting.delete(partition)
    this.#waitingCount -= 1
    return true
  }

  #serve(): void {
    for (const [partition, line] of this.#waiting) {
      if (this.#running >= this.#size) return
      const [first] = line
      if (this.#busy.has(partition) || first === undefined) continue
      this.#withdraw(first)
      if (line.length > 0) {
        // To the end of the row, so that a partition with much to do does not hold up the others.
        this.#waiting.delete(partition)
        this.#waiting.set(partition, line)
      }
      this.#begin(first)
    }
  }

  async #begin(waiting: Waiting): Promise<void> {
    const { partition, guest, signal } = waiting.job
    clearTimeout(waiting.patience)
    this.#busy.add(partition)
    this.#running += 1
    let end: GuestReport | Error
    try {
      const thread = this.#idle.pop() ?? new Thread(await this.#compiled())
      // It may have been called off while the thread was made.
      end = signal?.aborted ? signal.reason : await thread.run(guest, signal)
      if (thread.isUsable) this.#rest(thread)
    } catch (error) {
      end = error as Error
    }
    this.#busy.delete(partition)
    this.#running -= 1
    waiting.settle(end)
    this.#serve()
  }

  #rest(thread: Thread): void {
    this.#idle.push(thread)
    thread.rest(IDLE_MS, () => {
      this.#idle = this.#idle.filter(other => other !== thread)
    })
  }

  /** Compiled once for all threads. */
  #compiled(): Promise<WasmModule> {
    const file = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
    this.#wasmModule ??= readFile(file).then(bytes => compileWasm(bytes))
    return this.#wasmModule
  }
}

function busy(): SandboxError {
  return new SandboxError('busy', 'Too much other code was running. Try again later.')
}

/** One worker thread. A thread that was ended, or may be damaged, is not used again. */
class Thread {
  isUsable = true
  readonly #worker: Worker
  #restTimer: NodeJS.Timeout | undefined
  #onGone: (() => void) | undefined

  constructor(wasmModule: WasmModule) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { wasmModule },
      // Nothing of this process: no environment, no arguments, no terminal. Reading its output would keep the process alive.
      env: {},
      argv: [],
      execArgv: ['--no-warnings'],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    this.#worker.on('exit', () => this.#gone())
    this.#worker.on('error', () => this.#gone())
  }

  /** Runs one job and ends the thread when the job does not end in time. */
  run(guest: GuestJob, signal: AbortSignal | undefined): Promise<GuestReport> {
    const worker = this.#worker
    clearTimeout(this.#restTimer)
    worker.ref()
    return new Promise((resolve, reject) => {
      let timer = setTimeout(() => stop(lost()), START_MS)
      const settle = (report: GuestReport | null, error: unknown) => {
        clearTimeout(timer)
        worker.off('message', onWord).off('error', onError).off('exit', onExit)
        signal?.removeEventListener('abort', onAbort)
        if (report !== null) resolve(report)
        else reject(error)
      }
      const stop = (error: unknown) => {
        this.end()
        settle(null, error)
      }
      const onWord = (word: WorkerWord) => {
        if (word.kind === 'begun') {
          clearTimeout(timer)
          timer = setTimeout(() => stop(late(guest)), guest.limits.timeMs + MARGIN_MS)
          return
        }
        if (word.report.isSpoiled) this.end()
        else worker.unref()
        settle(word.report, null)
      }
      const onError = (error: Error & { code?: string }) =>
        stop(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory() : lost())
      const onExit = () => stop(lost())
      const onAbort = () => stop(signal?.reason)
      worker.on('message', onWord).on('error', onError).on('exit', onExit)
      signal?.addEventListener('abort', onAbort, { once: true })
      worker.postMessage(guest)
    })
  }

  /** Waits for the next job, for a while. */
  rest(ms: number, onGone: () => void): void {
    this.#onGone = onGone
    this.#restTimer = setTimeout(() => this.end(), ms).unref()
  }

  end(): void {
    this.#gone()
    // How it ends is of no interest; its exit was told already.
    this.#worker.terminate().catch(() => {})
  }

  #gone(): void {
    this.isUsable = false
    clearTimeout(this.#restTimer)
    this.#onGone?.()
    this.#onGone = undefined
  }
}

function lost(): SandboxError {
  return new SandboxError('worker_lost', 'The thread the code ran in ended.')
}

function late(guest: GuestJob): SandboxError {
  return new SandboxError('time', `The code ran longer than ${guest.limits.timeMs} ms.`)
}

function outOfMemory(): SandboxError {
  return new SandboxError('memory', 'The code wanted more memory than it may have.')
}
