import type { Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'

/** How long a trial keeps the event loop before others have their turn, in milliseconds. */
const BREATH_MS = 8
/** Trials under way at once, of one organization and in this process. */
const AT_ONCE = 2
const AT_ONCE_IN_ALL = 6
const RETRY_AFTER_S = 2

/** How much a trial may take. */
export interface Allowance {
  readonly steps: number
  /** Wall-clock time, waiting for code and other systems included. */
  readonly ms: number
  /** What its steps were given and gave, in bytes of JSON. */
  readonly bytes: number
}

/** Counts down what a trial may take and sees to it that others have their turn meanwhile. */
export class Pace {
  readonly signal: AbortSignal
  #steps: number
  #bytes: number
  readonly #deadline: number
  #breathAt = performance.now() + BREATH_MS

  constructor({ steps, ms, bytes }: Allowance, closed: AbortSignal) {
    this.#steps = steps
    this.#bytes = bytes
    this.#deadline = performance.now() + ms
    this.signal = AbortSignal.any([AbortSignal.timeout(ms), closed])
  }

  /** Why it has to stop, in a sentence; null while it may go on. */
  get stopped(): string | null {
    if (this.#steps <= 0) return 'The trial was ended because it has too many steps.'
    if (this.#bytes <= 0) return 'The trial was ended because its steps hold too much data.'
    if (this.signal.aborted || performance.now() >= this.#deadline)
      return 'The trial was ended because it took too long.'
    return null
  }

  spend(steps: number, bytes: number): void {
    this.#steps -= steps
    this.#bytes -= bytes
  }

  /** Whether others have waited long enough. */
  get isDue(): boolean {
    return performance.now() > this.#breathAt
  }

  /** Lets others have their turn when it is due. */
  async breathe(): Promise<void> {
    if (!this.isDue) return
    await new Promise(resolve => setImmediate(resolve))
    this.#breathAt = performance.now() + BREATH_MS
  }
}

const underWay = new WeakMap<Kit, Map<string, number>>()

/** Does the work of a trial unless too many are under way; then throws `request.too_many`. */
export async function inTurn<T>(kit: Kit, orgId: string, work: () => Promise<T>): Promise<T> {
  const counts = underWay.get(kit) ?? new Map<string, number>()
  underWay.set(kit, counts)
  const own = counts.get(orgId) ?? 0
  const all = counts.values().reduce((sum, count) => sum + count, 0)
  if (own >= AT_ONCE || all >= AT_ONCE_IN_ALL) throw generalErrors.too_many({ retryAfterS: RETRY_AFTER_S })
  counts.set(orgId, own + 1)
  try {
    return await work()
  } finally {
    const left = (counts.get(orgId) ?? 1) - 1
    if (left === 0) counts.delete(orgId)
    else counts.set(orgId, left)
  }
}
