import type { Page } from 'playwright-core'
import { until } from './until.ts'

/** Waits until a page of the app shows what it has to show, and no placeholder for it. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('main').waitFor()
  await page.waitForLoadState('networkidle')
  const placeholders = page.locator('.mantine-Skeleton-root')
  await until(page, async () => (await placeholders.count()) === 0, 'the page without placeholders')
}
