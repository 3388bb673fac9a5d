import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { contrast } from '#modules/iam/contract.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { closeForm, DraftContent, FormDefinition, publishForm, saveFormDraft } from '../contract.ts'
import { FormLanguage } from '../definition/form-settings.ts'
import { PAGE_INKS } from '../definition/theme.ts'
import { wordsIn } from '../definition/words/languages.ts'
import { asSystem, BRANCHING_FORM, makeForm, PROJECT_FORM } from '../factories.ts'
import { issueFormToken } from '../form-token.ts'
import { getForm } from '../forms.ts'
import { intakeModule } from '../index.ts'
import { brandSheet } from './form-brand.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]

/** All properties of a style sheet, the last of a name. */
function properties(css: string): Record<string, string> {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+):\s*([^;}]+)/g)].map(([, name, value]) => [name, value]),
  )
}

describe('the look of a form', () => {
  let t: TestKit
  let orgId: string
  let server: TestServer
  before(async () => {
    t = await testKit({ modules })
    ;({ orgId } = await makeOwner(t.kit))
    server = await testServer(t, modules, signedInAs(orgId, newId()))
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const pageOf = async (path: string) => (await server.raw(path)).text()
  const draft = (changes: object = {}) => DraftContent.parse({ ...PROJECT_FORM, ...changes })

  describe('language', () => {
    it('is that of everything the page says by itself', async () => {
      for (const language of FormLanguage.options) {
        const words = wordsIn(language)
        const plain = { submitLabel: '', thankYouTitle: '', thankYouText: '' }
        const form = await makeForm(t.kit, orgId, { ...BRANCHING_FORM, ...plain, language })
        const page = await pageOf(`/f/${form.key}`)
        assert.match(page, new RegExp(`<html lang="${language}"`))
        for (const said of [
          words.send,
          words.optional,
          words.ifItApplies,
          words.leaveEmpty,
          words.madeWith,
        ]) {
          assert.ok(page.includes(said), `${said} in ${language}`)
        }
        if (language !== 'en') assert.doesNotMatch(page, />(?:Send|Choose an answer)<|Made with/)
        const thanks = await pageOf(`/f/${form.key}/thanks`)
        assert.ok(thanks.includes(words.thankYou) && thanks.includes(words.received), language)
      }
    })

    it('is that of what is wrong with answers, by the page and by the API', async () => {
      const form = await makeForm(t.kit, orgId, { language: 'de', theme: {} })
      const body = new URLSearchParams({
        _token: issueFormToken(t.kit, form.id).token,
        email: 'nobody',
        seats: '1.500',
        start: '2025-01-01',
      })
      const tooFast = await server.raw(`/f/${form.key}`, { method: 'POST', body })
      assert.match(await tooFast.text(), /schneller, als jemand tippen kann/)
      const answers = { email: 'nobody', seats: '0,5', start: '2025-01-01', consent: true, name: 'A' }
      const response = await server.raw(`/v1/public/forms/${form.key}/submissions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ submissionId: newId(), answers }),
      })
      const checked = await server.raw(`/v1/public/forms/${form.key}/checks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ page: 0, answers }),
      })
      assert.match(await checked.text(), /Geben Sie eine ganze Zahl ein/)
      const { errors } = (await response.json()) as { errors: { pointer: string; message: string }[] }
      assert.deepEqual(
        errors.map(({ message }) => message),
        [
          'Geben Sie eine E-Mail-Adresse wie name@example.com ein.',
          'Geben Sie eine ganze Zahl ein.',
          'Geben Sie den 1. Januar 2026 oder ein späteres Datum ein.',
        ],
      )
    })

    it('takes numbers as they are typed in it, and none that could be two', async () => {
      const fields: FormDefinition['fields'] = [
        { type: 'EMAIL', key: 'email', label: 'E-Mail', required: true },
        { type: 'NUMBER', key: 'size', label: 'Größe' },
      ]
      const form = await makeForm(t.kit, orgId, { fields, language: 'de' })
      const check = async (size: unknown) => {
        const response = await server.raw(`/v1/public/forms/${form.key}/submissions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            submissionId: newId(),
            answers: { email: `${newId()}@example.com`, size },
          }),
        })
        return response.status
      }
      for (const size of ['12,5', '-0,75', '1500', 1.5, '1500,25'])
        assert.equal(await check(size), 201, `${size}`)
      for (const size of ['1.500', '1,500', '1.500,25', '12,', ',5'])
        assert.equal(await check(size), 422, size)
    })

    it('is that of the page of a closed form', async () => {
      const form = await makeForm(t.kit, orgId, { language: 'fr' })
      const client = server.client()
      await client.call(closeForm, { params: { workflowId: form.workflowId } })
      const page = await pageOf(`/f/${form.key}`)
      assert.ok(page.includes('Ce formulaire n’accepte plus de réponses.'))
      assert.match(page, /<html lang="fr"/)
    })

    it('leaves no place in a sentence empty, in any language', () => {
      const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
      const english = wordsIn('en')
      for (const language of FormLanguage.options) {
        for (const [name, text] of Object.entries(wordsIn(language))) {
          assert.deepEqual(places(text), places(english[name as keyof typeof english]), `${language} ${name}`)
          assert.ok(text.trim() !== '' && !text.includes('!'), `${language} ${name}`)
        }
      }
    })
  })

  describe('theme', () => {
    const sheetsOf = async (theme: FormDefinition['theme']) => {
      const form = await makeForm(t.kit, orgId, { theme })
      const page = await pageOf(`/f/${form.key}`)
      const links = [...page.matchAll(/<link rel="stylesheet" href="([^"?]+)[^"]*"( media="[^"]+")?>/g)]
      const scheme = /<meta name="color-scheme" content="([^"]+)">/.exec(page)?.[1]
      return { scheme, sheets: links.map(([, href, media]) => `${href}${media ?? ''}`) }
    }

    it('follows the visitor, or is always light or dark', async () => {
      const dark = ' media="(prefers-color-scheme: dark)"'
      assert.deepEqual(await sheetsOf({}), {
        scheme: 'light dark',
        sheets: ['/f/assets/form.css', `/f/assets/form-dark.css${dark}`],
      })
      assert.deepEqual(await sheetsOf({ appearance: 'light', accentColor: '#7a1fa2' }), {
        scheme: 'light',
        sheets: ['/f/assets/form.css', '/f/assets/brand-7a1fa2-light.css'],
      })
      assert.deepEqual(await sheetsOf({ appearance: 'dark', accentColor: '#7a1fa2' }), {
        scheme: 'dark',
        sheets: ['/f/assets/form.css', '/f/assets/form-dark.css', '/f/assets/brand-7a1fa2-dark.css'],
      })
      const both = await sheetsOf({ accentColor: '#7A1FA2' })
      assert.deepEqual(both.sheets.slice(2), [
        '/f/assets/brand-7a1fa2-light.css',
        `/f/assets/brand-7a1fa2-dark.css${dark}`,
      ])
      const onPage = await sheetsOf({ appearance: 'light', pageColor: '#fff4e0' })
      assert.deepEqual(onPage.sheets, ['/f/assets/form.css', '/f/assets/brand-0b6b6b-on-fff4e0-light.css'])
      for (const sheet of ['brand-7a1fa2-dark.css', 'brand-0b6b6b-on-fff4e0-light.css', 'form-dark.css']) {
        const answer = await server.raw(`/f/assets/${sheet}`)
        assert.equal(answer.status, 200, sheet)
        assert.match(answer.headers.get('content-type') ?? '', /text\/css/)
      }
      assert.equal((await server.raw('/f/assets/brand-7a1fa2-red.css')).status, 404)
    })

    it('can be read in every color that is accepted, and is refused in words in every other', () => {
      const inks = {
        light: properties(readFileSync(new URL('./form.css', import.meta.url), 'utf8')),
        dark: properties(readFileSync(new URL('./form-dark.css', import.meta.url), 'utf8')),
      }
      const counts = { accepted: 0, refused: 0 }
      const steps = ['00', '33', '66', '99', 'cc', 'e6', 'ff']
      for (const appearance of ['light', 'dark'] as const) {
        for (const [name, color] of Object.entries(PAGE_INKS[appearance])) {
          assert.equal(inks[appearance][name], color)
        }
        for (const pageColor of steps.flatMap(r => steps.flatMap(g => steps.map(b => `#${r}${g}${b}`)))) {
          const theme = { appearance, pageColor, accentColor: '#3366ff' }
          const parsed = FormDefinition.safeParse({ ...PROJECT_FORM, theme })
          const own = properties(brandSheet(`brand-3366ff-on-${pageColor.slice(1)}-${appearance}.css`) ?? '')
          const texts = [...Object.values(PAGE_INKS[appearance]), own.link ?? '']
          const worst = Math.min(...texts.map(color => contrast(color, pageColor)))
          if (!parsed.success) {
            counts.refused++
            const [issue] = parsed.error.issues
            assert.deepEqual(issue?.path, ['theme', 'pageColor'])
            assert.match(issue?.message ?? '', /could hardly be read/)
            assert.ok(worst < 4.5, `${pageColor} ${appearance} ${worst}`)
            continue
          }
          counts.accepted++
          assert.ok(worst >= 4.5, `${pageColor} ${appearance} ${worst}`)
          assert.ok(contrast(own.focus ?? '', pageColor) >= 3, `focus on ${pageColor}`)
          assert.ok(contrast(own['on-accent'] ?? '', own.accent ?? '') >= 4.5, `button on ${pageColor}`)
        }
      }
      assert.ok(counts.accepted > 20 && counts.refused > 20, JSON.stringify(counts))
    })

    it('has a color of its own for the page only where it is light or dark', () => {
      const parsed = FormDefinition.safeParse({ ...PROJECT_FORM, theme: { pageColor: '#ffffff' } })
      assert.match(parsed.error?.issues[0]?.message ?? '', /light or a dark appearance/)
      assert.equal(
        FormDefinition.safeParse({ ...PROJECT_FORM, theme: { accentColor: 'red' } }).success,
        false,
      )
    })
  })

  describe('preview', () => {
    const previewOf = (workflowId: string, query = '') =>
      server.raw(`/v1/workflows/${workflowId}/form/preview${query}`)

    it('shows the draft, for the app alone, and sends, counts and keeps nothing', async () => {
      const workflowId = newId()
      const client = server.client()
      const params = { workflowId }
      const body = draft({ language: 'es', embed: { allowedHosts: ['example.com'] } })
      await client.call(saveFormDraft, { params, body })
      await client.call(publishForm, { params })
      await client.call(saveFormDraft, { params, body: { ...body, title: 'Not public yet' } })
      const response = await previewOf(workflowId)
      const page = await response.text()
      assert.equal(response.status, 200)
      assert.match(page, /<h1>Not public yet<\/h1>/)
      assert.match(page, /<html lang="es">/)
      assert.match(
        response.headers.get('content-security-policy') ?? '',
        /frame-ancestors 'self'; form-action 'none'/,
      )
      assert.doesNotMatch(page, /data-progress|data-checks|progress\.js|frame\.js|name="_token" value="."/)
      const { key } = await asSystem(t.kit, orgId, ctx => getForm(ctx, workflowId))
      assert.doesNotMatch(await pageOf(`/f/${key}`), /Not public yet/)
      assert.match(await (await previewOf(workflowId, '?thanks=true')).text(), /We will write to you/)
    })

    it('keeps a place for what is not finished', async () => {
      const workflowId = newId()
      const fields = [
        { type: 'TEXT', key: 'name', label: 'Your name' },
        { type: 'DROPDOWN', key: 'pick', label: 'Which one?', options: [] },
        { type: 'NUMBER', key: '', label: '', page: 7 },
        { type: 'SOMETHING', key: 'x', label: 'Of another time' },
      ]
      const pages = [{ title: '', text: 'Here' }]
      await server.client().call(saveFormDraft, {
        params: { workflowId },
        body: DraftContent.parse({ fields, pages, theme: { pageColor: 'no color' } }),
      })
      const page = await (await previewOf(workflowId)).text()
      for (const label of ['Your name', 'Which one?', 'Of another time'])
        assert.ok(page.includes(label), label)
      assert.equal(page.match(/This question is not finished yet\./g)?.length, 3)
    })

    it('is for members of the organization', async () => {
      const form = await makeForm(t.kit, orgId)
      const other = await testServer(t, modules, signedInAs((await makeOwner(t.kit)).orgId, newId()))
      try {
        const answer = await other.raw(`/v1/workflows/${form.workflowId}/form/preview`)
        assert.equal(answer.status, 404)
      } finally {
        await other.close()
      }
    })
  })
})
