import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Fails with what axe finds on a page or in a frame, each with the first element it is about. */
export async function assertAccessible(page: Pick<Page, 'evaluate'>, where: string): Promise<void> {
  // Injected as the browser itself would, because the page's policy refuses scripts that are not its own.
  const found = (await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; help: string; nodes: { html: string }[] }[]
  }
  const words = found.violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes[0]?.html ?? ''}`)
  assert.deepEqual(words, [], where)
}
