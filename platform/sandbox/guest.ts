import releaseSync from '@jitl/quickjs-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core'
import { NOWHERE } from './errors.ts'
import type { GuestFailure, GuestJob, GuestReport } from './guest-job.ts'
import { PRELUDE } from './prelude.ts'
import { framed, SOURCE_NAME, unframed } from './source-frame.ts'
import { TOO_DEEP_TO_READ, withoutTypes } from './typescript.ts'
import { WasmMemory, type WasmModule } from './web-assembly.ts'

// Its types say what an old module loader would get.
const quickjsVariant = releaseSync as unknown as QuickJSSyncVariant

const PAGE_BYTES = 64 * 1024
/** What the interpreter's build asks for at its start; it is reserved, not used. */
const PAGES_AT_START = 256
/** Of the interpreter's own stack; calls nested deeper throw an error the code may catch. */
const STACK_BYTES = 256 * 1024
const LOG_LINES_MAX = 100
const LOG_LINE_LENGTH = 1_024
const JOBS_AT_ONCE = 1_000

/**
 * Runs one job in an interpreter of its own, whose memory cannot grow beyond its limit, and throws the whole
 * interpreter away afterwards: nothing is disposed of or used again. Ends by itself soon after `timeMs` as long as
 * the interpreter looks at the clock; whoever calls has to end the thread when it does not.
 */
export async function runGuest(wasmModule: WasmModule, job: GuestJob): Promise<GuestReport> {
  const deadline = performance.now() + job.limits.timeMs
  const frame = framed(job.source)
  const stripped = job.language === 'typescript' ? withoutTypes(frame, job.source) : { text: frame }
  if ('failure' in stripped) {
    return { output: null, failure: stripped.failure, logs: [], isSpoiled: stripped.isSpoiled }
  }
  const maximum = Math.floor(job.limits.memoryBytes / PAGE_BYTES)
  const wasmMemory = new WasmMemory({ initial: PAGES_AT_START, maximum })
  const variant = newVariant(quickjsVariant, { wasmModule, wasmMemory } as object)
  const quickjs = await newQuickJSWASMModuleFromVariant(variant)
  const guest = new Guest(job, deadline, wasmMemory)
  try {
    const runtime = quickjs.newRuntime()
    runtime.setMaxStackSize(STACK_BYTES)
    runtime.setInterruptHandler(() => guest.isLate())
    guest.run(runtime.newContext(), stripped.text)
    return { ...guest.result(), isSpoiled: false }
  } catch (error) {
    return { output: null, failure: guest.failureOf(error), logs: guest.logs, isSpoiled: true }
  }
}

/** What the interpreter told when it ended: the texts of `settle` in prelude.ts. */
interface Ending {
  readonly kind: string
  readonly text: string
  readonly name: string
  readonly stack: string
  /** Whether the text was left behind because it is too long to be a result. */
  readonly isTooLong: boolean
}

class Guest {
  readonly logs: string[] = []
  readonly #job: GuestJob
  readonly #deadline: number
  readonly #memory: WasmMemory
  #isInterrupted = false
  #isCompiled = false
  #ending: Ending | null = null
  #failure: GuestFailure | null = null

  constructor(job: GuestJob, deadline: number, memory: WasmMemory) {
    this.#job = job
    this.#memory = memory
    this.#deadline = deadline
  }

  /** Asked by the interpreter now and then; true ends what it is doing. */
  isLate(): boolean {
    if (performance.now() >= this.#deadline) this.#isInterrupted = true
    return this.#isInterrupted
  }

  run(vm: QuickJSContext, text: string): void {
    const start = this.#start(vm)
    if (start === null) return
    const main = vm.evalCode(text, SOURCE_NAME, { type: 'global', strict: true })
    this.#isCompiled = true
    if (main.error) {
      this.#call(vm, start, [vm.undefined, main.error, vm.true])
      this.#failure ??= this.#endingFailure()
      return
    }
    if (this.#job.input === null) return
    if (this.#call(vm, start, [main.value])) this.#finishJobs(vm)
    this.#failure ??= this.#endingFailure()
  }

  result(): { output: string | null; failure: GuestFailure | null; logs: string[] } {
    const output = this.#failure === null && this.#ending?.kind === 'output' ? this.#ending.text : null
    return { output, failure: this.#failure, logs: this.logs }
  }

  /** What an exception of the interpreter itself means; it is broken then. */
  failureOf(error: unknown): GuestFailure {
    if (this.#isInterrupted) return this.#late()
    const message = error instanceof Error ? error.message : ''
    if (error instanceof RangeError) {
      return this.#isCompiled ? failure('thrown', NESTED_TOO_DEEPLY) : failure('syntax', TOO_DEEP_TO_READ)
    }
    // The library says so when the interpreter has no room left for a value it was given.
    if (/out of memory|OOM|memory access|null function|malloc|lifetime not alive/i.test(message)) {
      return failure('memory', OUT_OF_MEMORY)
    }
    return failure('worker_lost', 'The interpreter broke.')
  }

  #start(vm: QuickJSContext): QuickJSHandle | null {
    const prelude = vm.unwrapResult(vm.evalCode(PRELUDE, 'millrace'))
    const log = vm.newFunction('log', line => {
      if (this.logs.length < LOG_LINES_MAX) this.logs.push(vm.getString(line).slice(0, LOG_LINE_LENGTH))
    })
    const settle = vm.newFunction('settle', (kind, text, name, stack) => {
      const length = vm.getNumber(vm.getProp(text, 'length'))
      const isTooLong = length > this.#job.limits.outputBytes
      const read = (handle: QuickJSHandle | undefined) => (handle === undefined ? '' : vm.getString(handle))
      this.#ending ??= {
        kind: vm.getString(kind),
        text: isTooLong ? '' : vm.getString(text),
        name: read(name),
        stack: read(stack),
        isTooLong,
      }
    })
    const input = vm.newString(this.#job.input ?? 'null')
    const start = vm.callFunction(prelude, vm.undefined, log, settle, input)
    if (!start.error) return start.value
    this.#failure = this.#isInterrupted ? this.#late() : failure('memory', OUT_OF_MEMORY)
    return null
  }

  /** Whether the call came back by itself; when not, why is noted. */
  #call(vm: QuickJSContext, start: QuickJSHandle, values: QuickJSHandle[]): boolean {
    const result = vm.callFunction(start, vm.undefined, ...values)
    if (!result.error) return true
    this.#failure = this.#uncaught(vm, result.error)
    return false
  }

  /** Goes on with what awaits results that are there already, until the code has ended or nothing is left to do. */
  #finishJobs(vm: QuickJSContext): void {
    const { runtime } = vm
    while (this.#ending === null && runtime.hasPendingJob()) {
      if (this.isLate()) {
        this.#failure = this.#late()
        return
      }
      const done = runtime.executePendingJobs(JOBS_AT_ONCE)
      if (done.error && this.#ending === null) {
        this.#failure = this.#uncaught(vm, done.error)
        return
      }
    }
  }

  #endingFailure(): GuestFailure | null {
    const ending = this.#ending
    if (ending === null) {
      if (this.#isInterrupted) return this.#late()
      if (this.#isFull()) return failure('memory', OUT_OF_MEMORY)
      return failure('time', 'The code waits for something that never comes.')
    }
    const { kind, text, name, stack, isTooLong } = ending
    if (kind === 'output') return isTooLong ? this.#tooLarge() : null
    if (this.#isInterrupted) return this.#late()
    // Without room for an error of its own, the interpreter throws null.
    const isStarved = name === '' && text === 'null' && this.#isFull()
    if (isStarved || (name === 'InternalError' && text === 'out of memory'))
      return failure('memory', OUT_OF_MEMORY)
    if (kind === 'not_json') return failure('not_json', `What the code returned is not JSON: ${text}.`)
    const place = placeIn(stack, this.#job.source)
    const code = name === 'SyntaxError' && this.#isUnreadable(stack) ? 'syntax' : 'thrown'
    return { code, message: name === '' || name === 'Error' ? text : `${name}: ${text}`, place }
  }

  /** A source that cannot be read has no call in its trace, while one that parses a bad text at run time has. */
  #isUnreadable(stack: string): boolean {
    return /^\s*at code(:\d+){1,2}\s*$/.test(stack)
  }

  /** An error that no code of the guest can catch, or one thrown where nothing was left to catch it. */
  #uncaught(vm: QuickJSContext, error: QuickJSHandle): GuestFailure {
    if (this.#isInterrupted) return this.#late()
    const message = vm.getString(vm.getProp(error, 'message'))
    return /out of memory/.test(message) ? failure('memory', OUT_OF_MEMORY) : failure('thrown', message)
  }

  /** Whether the interpreter has grown to about all the memory it may have. */
  #isFull(): boolean {
    return this.#memory.buffer.byteLength > 0.9 * this.#job.limits.memoryBytes
  }

  #late(): GuestFailure {
    return failure('time', `The code ran longer than ${this.#job.limits.timeMs} ms.`)
  }

  #tooLarge(): GuestFailure {
    const kilobytes = Math.floor(this.#job.limits.outputBytes / 1_024)
    return failure('output_too_large', `The code returned more than ${kilobytes} kB.`)
  }
}

const OUT_OF_MEMORY = 'The code wanted more memory than it may have.'
const NESTED_TOO_DEEPLY = 'The code nests calls too deeply.'

function failure(code: GuestFailure['code'], message: string): GuestFailure {
  return { code, message, place: NOWHERE }
}

/** The first place of a trace that is in the user's source. */
function placeIn(stack: string, source: string) {
  const found = /\bcode:(\d+)(?::(\d+))?/.exec(stack)
  if (found === null) return NOWHERE
  return unframed(Number(found[1]), found[2] === undefined ? null : Number(found[2]), source)
}
