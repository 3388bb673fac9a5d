import type { Page } from 'playwright-core'
import { newId } from '#platform/ids.ts'
import type { TestApp } from '#test/app.ts'
import { longestTaskOf, SCROLL_THROUGH } from '#test/browser/longest-task.ts'

const ROWS = 10_000

/** Gives an organization as many contacts as a long list has. */
export async function fillList(app: TestApp, orgId: string): Promise<void> {
  await app.asSuperuser(
    `insert into crm.people (org_id, id, first_name, last_name, score)
     select $1, p.id, 'Person', lpad(p.place::text, 5, '0'), p.place from unnest($2::uuid[]) with ordinality p (id, place)`,
    [orgId, Array.from({ length: ROWS }, () => newId())],
  )
  await app.asSuperuser('analyze crm.people')
}

/** Opens the contacts, loads all of them and scrolls through: the longest task of the page, in milliseconds of the processor. */
export async function scrolled(page: Page): Promise<number> {
  await page.goto('/contacts')
  const table = page.getByRole('grid', { name: 'Contacts' })
  await table.getByRole('row').nth(3).waitFor()
  const counted = () => table.evaluate(element => Number(element.getAttribute('aria-rowcount')))
  for (let known = await counted(); known <= ROWS; known = await counted()) {
    await table.evaluate(element => {
      element.scrollTop = element.scrollHeight
    })
    while ((await counted()) === known) await page.title()
  }
  return longestTaskOf(page, () => page.evaluate(SCROLL_THROUGH))
}
