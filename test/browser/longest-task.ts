import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** Scrolls the grid of a page from top to bottom in steps of a few screens, one for each frame. */
export const SCROLL_THROUGH = `(async () => {
  const element = document.querySelector('[role=grid]')
  const height = element.scrollHeight
  for (let at = 0; at <= 200; at++) {
    element.scrollTop = (at * height) / 200
    await new Promise(resolve => requestAnimationFrame(resolve))
  }
})()`

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly args: { readonly name?: string }
  /** Microseconds of the processor that the thread itself had. */
  readonly tdur?: number
}

/**
 * How many milliseconds of the processor the longest task of the page took while something was done. Not what a clock on the wall
 * says: that would be the other work of the machine as well.
 */
export async function longestTaskOf(page: Page, work: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser()
  assert.ok(browser)
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[]
  }
  const placeOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(placeOf),
  )
  const tasks = traceEvents.filter(event => event.name.endsWith('RunTask') && main.has(placeOf(event)))
  const times = tasks.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1_000]))
  assert.ok(times.length > 200, 'The tasks of the page were not heard of.')
  return Math.max(...times)
}
