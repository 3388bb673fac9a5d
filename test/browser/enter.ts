import type { Locator, Page } from 'playwright-core'

/** Signs a person in on the way to a page, as people do, and waits until something of it is seen. */
export async function enter(
  { page, problems }: { page: Page; problems: string[] },
  path: string,
  who: { readonly email: string; readonly password: string },
  seen: Locator,
): Promise<void> {
  await page.goto(path)
  await page.getByLabel('E-mail').fill(who.email)
  await page.getByLabel('Password', { exact: true }).fill(who.password)
  await page.keyboard.press('Enter')
  await seen.waitFor()
  // Asking who is signed in when nobody is, is an error of the browser's network log, which is as it should be.
  problems.length = 0
}
