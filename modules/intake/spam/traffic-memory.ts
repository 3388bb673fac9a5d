import type { Sender } from './text-memory.ts'

const SHORT_MS = 10 * 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KEYS_MAX = 20_000
const VALUES_MAX = 50

/** What came of late beside a submission. */
export interface Traffic {
  /** Addresses that one network used on this form in ten minutes. */
  readonly fromNetwork: number
  /** Networks that sent this form without its script in ten minutes. */
  readonly withoutScript: number
  /** Forms that this address was sent to in a day. */
  readonly formsOfAddress: number
  /** Submissions of this network that were held back in a day. */
  readonly heldOfNetwork: number
  /** Submissions to this form that were held back in an hour. */
  readonly heldOnForm: number
}

/** Remembers the traffic of late. */
export interface TrafficMemory {
  see(sender: Sender, hasScript: boolean, at: number): Traffic
  /** How many other networks sent this form what is odd in the same way in a day. */
  seeOdd(sender: Sender, code: string, at: number): number
  /** That a submission was held back. */
  hold(sender: Sender, at: number): void
  /** That it was let in after all. */
  release(sender: Sender): void
}

/** A memory of the traffic of a day, of this process. */
export function createTrafficMemory(): TrafficMemory {
  const onNetwork = createWindow(SHORT_MS)
  const onForm = createWindow(SHORT_MS)
  const ofAddress = createWindow(DAY_MS)
  const heldOfNetwork = createWindow(DAY_MS)
  const heldOnForm = createWindow(HOUR_MS)
  const oddOnForm = createWindow(DAY_MS)
  return {
    see({ email, network, form }, hasScript, at) {
      if (!hasScript) onForm.add(`${form}`, network, at)
      onNetwork.add(`${form} ${network}`, email, at)
      ofAddress.add(`${email}`, form, at)
      return {
        fromNetwork: onNetwork.count(`${form} ${network}`, at),
        withoutScript: onForm.count(`${form}`, at),
        formsOfAddress: ofAddress.count(`${email}`, at),
        heldOfNetwork: heldOfNetwork.count(`${network}`, at),
        heldOnForm: heldOnForm.count(`${form}`, at),
      }
    },
    seeOdd({ network, form }, code, at) {
      const key = `${form} ${code}`
      oddOnForm.add(key, network, at)
      return oddOnForm.count(key, at) - 1
    },
    hold({ email, network, form }, at) {
      heldOfNetwork.add(`${network}`, email, at)
      heldOnForm.add(`${form}`, email, at)
    },
    release({ email, network, form }) {
      heldOfNetwork.remove(`${network}`, email)
      heldOnForm.remove(`${form}`, email)
    },
  }
}

/** Counts different values of a key within a time. */
function createWindow(lengthMs: number) {
  const keys = new Map<string, Map<number, number>>()
  return {
    add(key: string, value: number, at: number): void {
      const values = keys.get(key) ?? new Map<number, number>()
      // Put in again, what was used last stands last, and the first is what is forgotten.
      values.delete(value)
      values.set(value, at)
      forgetFirst(values, VALUES_MAX)
      keys.delete(key)
      keys.set(key, values)
      forgetFirst(keys, KEYS_MAX)
    },
    remove(key: string, value: number): void {
      keys.get(key)?.delete(value)
    },
    count(key: string, now: number): number {
      const values = keys.get(key)
      if (!values) return 0
      for (const [value, at] of values) if (now - at > lengthMs) values.delete(value)
      return values.size
    },
  }
}

function forgetFirst<T>(map: Map<T, unknown>, max: number): void {
  if (map.size <= max) return
  const first = map.keys().next()
  if (!first.done) map.delete(first.value)
}
