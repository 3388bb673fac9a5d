import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** A loaded machine may draw few frames a second, so the limit is a time and not a number of looks. */
const LIMIT_MS = 60_000

/**
 * Looks frame by frame until something holds, for what no locator can wait for.
 *
 * @param what What was waited for, in the words of the failure.
 */
export async function until(
  page: Page,
  holds: () => Promise<boolean>,
  what = 'what was waited for',
): Promise<void> {
  const start = performance.now()
  while (!(await holds())) {
    assert.ok(performance.now() - start < LIMIT_MS, `It did not come about: ${what}`)
    await page.evaluate('new Promise(resolve => requestAnimationFrame(resolve))')
  }
}
