import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { newId } from '#platform/ids.ts'
import { assertAccessible } from '#test/browser/accessible.ts'
import { closeBrowser, openPage } from '#test/browser/chromium.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { DraftContent, type FormDefinition, saveFormDraft } from '../contract.ts'
import { makeForm } from '../factories.ts'
import { intakeModule } from '../index.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]

const FORM: FormDefinition = {
  name: 'Demande',
  title: 'Parlez-nous de votre projet',
  status: 'published',
  submitLabel: '',
  thankYouTitle: '',
  thankYouText: '',
  language: 'fr',
  pages: [{ title: 'Vous' }, { title: 'Votre projet', text: 'En quelques mots.' }],
  fields: [
    { type: 'TEXT', key: 'name', label: 'Nom', required: true },
    { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
    {
      type: 'TEXT',
      key: 'code',
      label: 'Code postal',
      validation: { pattern: { expression: '\\d{5}', message: 'Cinq chiffres, comme 75001.' } },
    },
    { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['Petit', 'Grand'], page: 1 },
    {
      type: 'CONSENT',
      key: 'news',
      label: 'Lettre',
      text: 'Écrivez-moi, comme le dit la [politique](https://example.com/p).',
      required: true,
      purpose: 'email_marketing',
      page: 1,
    },
  ],
}

describe('a form in its language and theme in a browser', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date() })
    ;({ orgId } = await makeOwner(t.kit))
    server = await testServer(t, modules, signedInAs(orgId, newId()))
  })
  after(async () => {
    await closeBrowser()
    await server.close()
    await t.close()
  })

  it('is read and sent in French, page by page, in every theme', async () => {
    for (const theme of [
      { appearance: 'light', accentColor: '#ffd400' },
      { appearance: 'dark', accentColor: '#102040' },
      { appearance: 'light', pageColor: '#f3ead7', accentColor: '#b8860b' },
      { appearance: 'dark', pageColor: '#101a30' },
    ] as const) {
      const form = await makeForm(t.kit, orgId, { ...FORM, theme })
      const { page, context, problems } = await openPage(server.url, { width: 375 })
      await page.goto(`/f/${form.key}`)
      t.clock.advance(2000)
      await assertAccessible(page, `first page, ${JSON.stringify(theme)}`)
      await page.getByRole('button', { name: 'Suivant' }).click()
      await page.getByText('Indiquez votre adresse e-mail.').waitFor()
      await page.getByLabel('Nom').fill('Ada')
      await page.getByLabel('E-mail').fill(`${newId()}@example.com`)
      await page.getByLabel('Code postal').fill('Paris')
      await page.getByRole('button', { name: 'Suivant' }).click()
      await page.getByText('Cinq chiffres, comme 75001.').waitFor()
      await assertAccessible(page, `a wrong answer, ${JSON.stringify(theme)}`)
      await page.getByLabel('Code postal').fill('75001')
      await page.getByRole('button', { name: 'Suivant' }).click()
      await page.getByRole('heading', { name: 'Votre projet', exact: true }).waitFor()
      assert.equal(await page.getByRole('link', { name: 'politique' }).getAttribute('target'), '_blank')
      await assertAccessible(page, `second page, ${JSON.stringify(theme)}`)
      await page.getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Envoyer' }).click()
      await page.getByRole('heading', { name: 'Merci' }).waitFor()
      await assertAccessible(page, `thanks, ${JSON.stringify(theme)}`)
      assert.deepEqual(problems, [])
      await context.close()
    }
    const consents = await t.asSuperuser('select 1 from crm.consents where org_id = $1', [orgId])
    assert.equal(consents.length, 4)
  })

  it('is gone through as a preview, which sends nothing', async () => {
    const workflowId = newId()
    await server.client().call(saveFormDraft, {
      params: { workflowId },
      body: DraftContent.parse({ ...FORM, status: undefined }),
    })
    const { page, context, problems } = await openPage(server.url)
    const asked: string[] = []
    page.on('request', request => {
      if (request.method() !== 'GET') asked.push(request.url())
    })
    await page.goto(`/v1/workflows/${workflowId}/form/preview`)
    await page.getByRole('button', { name: 'Suivant' }).click()
    await page.getByText('Indiquez votre adresse e-mail.').waitFor()
    await page.getByLabel('Nom').fill('Ada')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByRole('button', { name: 'Suivant' }).click()
    await page.getByRole('button', { name: 'Envoyer' }).click()
    await page.getByRole('status').filter({ hasText: 'Ceci est un aperçu. Rien n’a été envoyé.' }).waitFor()
    await assertAccessible(page, 'a preview')
    assert.deepEqual(asked, [])
    assert.deepEqual(problems, [])
    await context.close()
  })
})
