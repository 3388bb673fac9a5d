/**
 * Loaded before everything else (`node --import`), this sets the wall clock that JavaScript reads ahead or back by
 * STEPPED_CLOCK_MS, as an administrator or a time server would. The monotonic clock goes on as before, like the real one.
 */
const RealDate = Date
const offsetMs = Number(process.env.STEPPED_CLOCK_MS ?? 0)

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(RealDate.now() + offsetMs)
    else super(...(given as [number]))
  }
  static override now(): number {
    return RealDate.now() + offsetMs
  }
} as DateConstructor
