import type { Page } from 'playwright-core'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { FormDefinition } from '#modules/intake/contract.ts'
import { makeForm } from '#modules/intake/factories.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, testKit } from '#test/database.ts'
import { testServer } from '#test/http.ts'
import { closeBrowser, openPage, type PageOptions } from './chromium.ts'

/** What forms and their pages need. */
export const formModules = [iamModule, crmModule, intakeModule]

/** How long a visitor has a page open before doing anything; what is sent within a second is asked to be sent again. */
export const FILLING_IN_MS = 5_000

export type VisitedForm = Awaited<ReturnType<typeof visitedForm>>

/** A published form on a server of its own whose clock stands still; `env` overrides settings. */
export async function visitedForm(
  definition: Partial<FormDefinition> = {},
  env: Record<string, string> = {},
) {
  const t = await testKit({ modules: formModules, frozenAt: new Date(), env })
  const server = await testServer(t, formModules)
  const orgId = anyOrgId()
  const form = await makeForm(t.kit, orgId, definition)
  return {
    t,
    server,
    orgId,
    form,
    /** Opens its page as a visitor who takes as long as a person does. */
    async open(options: PageOptions = {}, query = '') {
      const opened = await openPage(server.url, options)
      await opened.page.goto(`/f/${form.key}${query}`)
      t.clock.advance(FILLING_IN_MS)
      return opened
    },
    async close() {
      await closeBrowser()
      await server.close()
      await t.close()
    },
  }
}

/** An address that nobody has used. */
export const someone = () => `${newId()}@example.com`

/** Waits until a visitor is thanked. */
export const thanked = (page: Page) => page.getByRole('heading', { name: 'Thank you' }).waitFor()

/** Waits until a form's page says something. */
export const notice = (page: Page, words: RegExp) =>
  page.getByRole('status').filter({ hasText: words }).waitFor()
