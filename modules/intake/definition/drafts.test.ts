import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  closeForm,
  DraftContent,
  discardFormDraft,
  getForm,
  getFormDraft,
  getFormVersion,
  getPublicForm,
  listFormVersions,
  publishForm,
  reopenForm,
  restoreFormVersion,
  saveForm,
  saveFormDraft,
} from '../contract.ts'
import { asSystem, goodAnswers, PROJECT_FORM, send } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { publishDraft } from './drafts.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]

/** What an editor saves while a form is written. */
function draft(changes: object = {}): DraftContent {
  const { status: _, ...content } = PROJECT_FORM
  return DraftContent.parse({ ...content, ...changes })
}

describe('the draft of a form', () => {
  let t: TestKit
  let orgId: string
  let client: Client
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
    orgId = anyOrgId()
    const server = await testServer(t, modules, signedInAs(orgId, newId()))
    servers.push(server)
    client = server.client()
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const of = (workflowId: string) => ({ params: { workflowId } })
  const save = (workflowId: string, body: DraftContent, ifMatch?: string) =>
    client.call(saveFormDraft, { ...of(workflowId), body, ifMatch })
  const read = (workflowId: string) => client.call(getFormDraft, of(workflowId))
  const publish = (workflowId: string, ifMatch?: string) =>
    client.call(publishForm, { ...of(workflowId), ifMatch })
  const seen = (formKey: string) => client.call(getPublicForm, { params: { formKey } })
  const refused =
    (code: string, ...pointers: string[]) =>
    (error: unknown) => {
      assert.ok(error instanceof ProblemError, String(error))
      assert.equal(error.code, code)
      const said = (error.problem.errors ?? []).map(({ pointer }) => pointer)
      for (const pointer of pointers) assert.ok(said.includes(pointer), `${pointer} in ${said}`)
      return true
    }
  const made = async (): Promise<string> => {
    const workflowId = newId()
    await save(workflowId, draft())
    await publish(workflowId)
    return workflowId
  }

  it('makes a form that nobody sees, unfinished as it may be, and says what is missing', async () => {
    const workflowId = newId()
    const body = DraftContent.parse({ fields: [{ type: 'TEXT', key: 'name', label: '' }] })
    const saved = await save(workflowId, body, '"0"')
    assert.equal(saved.status, 'draft')
    assert.equal(saved.hasChanges, true)
    assert.equal(saved.publishedVersion, null)
    const said = saved.problems.map(({ pointer }) => pointer)
    assert.deepEqual(said.toSorted(), ['/fields', '/fields/0/label', '/name', '/title'])
    assert.deepEqual(await read(workflowId), saved)
    await assert.rejects(seen(saved.key), refused('request.not_found'))
    await assert.rejects(publish(workflowId), refused('request.invalid', '/title', '/fields/0/label'))
    const form = await client.call(getForm, of(workflowId))
    assert.deepEqual(form.fields, [])
    const named = await save(workflowId, { ...body, name: 'A', title: 'A', fields: draft().fields })
    assert.deepEqual(named.problems, [])
    assert.equal((await client.call(getForm, of(workflowId))).fields.length, PROJECT_FORM.fields.length)
  })

  it('is published as a version, and what is written afterwards is seen by nobody', async () => {
    const workflowId = newId()
    const first = await save(workflowId, draft())
    const published = await publish(workflowId, `"${first.revision}"`)
    assert.equal(published.status, 'published')
    assert.equal(published.publishedVersion, 1)
    assert.equal(published.hasChanges, false)
    assert.equal((await seen(published.key)).title, PROJECT_FORM.title)

    const changed = await save(workflowId, draft({ title: 'Better', fields: draft().fields.slice(0, 3) }))
    assert.equal(changed.hasChanges, true)
    assert.equal((await seen(published.key)).title, PROJECT_FORM.title)
    assert.equal((await client.call(getForm, of(workflowId))).title, PROJECT_FORM.title)

    assert.equal((await publish(workflowId)).publishedVersion, 2)
    assert.equal((await seen(published.key)).title, 'Better')
    assert.equal((await seen(published.key)).fields.length, 3)
    // Nothing to publish makes no version.
    assert.equal((await publish(workflowId)).publishedVersion, 2)
  })

  it('goes back to what visitors see', async () => {
    const workflowId = await made()
    await save(workflowId, draft({ title: 'Worse' }))
    const back = await client.call(discardFormDraft, of(workflowId))
    assert.equal(back.hasChanges, false)
    assert.equal(back.definition.title, PROJECT_FORM.title)
    const unseen = newId()
    await save(unseen, draft())
    await assert.rejects(client.call(discardFormDraft, of(unseen)), refused('intake.form_unpublished'))
  })

  it('knows when it says again what visitors see', async () => {
    const workflowId = await made()
    assert.equal((await save(workflowId, draft({ title: 'Other' }))).hasChanges, true)
    assert.equal((await save(workflowId, draft())).hasChanges, false)
  })

  it('is not overwritten unseen, neither by an editor nor by a program', async () => {
    const workflowId = await made()
    const { revision } = await read(workflowId)
    const mine = await save(workflowId, draft({ title: 'Mine' }), `"${revision}"`)
    await assert.rejects(
      save(workflowId, draft({ title: 'Theirs' }), `"${revision}"`),
      refused('request.changed_meanwhile', '/title'),
    )
    await assert.rejects(publish(workflowId, `"${revision}"`), refused('request.changed_meanwhile'))
    assert.equal((await read(workflowId)).definition.title, 'Mine')
    // Saved again as it is, for example by another tab, it stays the same.
    assert.equal((await save(workflowId, draft({ title: 'Mine' }))).revision, mine.revision)

    await client.call(saveForm, { ...of(workflowId), body: { ...PROJECT_FORM, title: 'By a program' } })
    const after = await read(workflowId)
    assert.equal(after.definition.title, 'Mine')
    assert.equal(after.hasChanges, true)
    assert.ok(after.revision > mine.revision)
    assert.equal((await seen(after.key)).title, 'By a program')
  })

  it('of a form that is not public is what a program replaces', async () => {
    const workflowId = newId()
    const { revision } = await save(workflowId, draft({ title: 'Mine' }))
    const form = await client.call(getForm, of(workflowId))
    assert.equal(form.title, 'Mine')
    await save(workflowId, draft({ title: 'Mine, later' }))
    const body = { ...PROJECT_FORM, title: 'Theirs', version: form.version }
    await assert.rejects(
      client.call(saveForm, { ...of(workflowId), body }),
      refused('request.changed_meanwhile'),
    )
    await client.call(saveForm, { ...of(workflowId), body: { ...body, version: undefined } })
    const now = await read(workflowId)
    assert.equal(now.definition.title, 'Theirs')
    assert.equal(now.hasChanges, false)
    assert.ok(now.revision > revision)
  })

  it('lets one of two who publish at the same moment make a version', async () => {
    const workflowId = await made()
    const { revision } = await save(workflowId, draft({ title: 'Two' }))
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => publish(workflowId, `"${revision}"`)))
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') refused('request.changed_meanwhile')(outcome.reason)
    }
    const versions = await client.call(listFormVersions, of(workflowId))
    assert.deepEqual(
      versions.items.map(({ number }) => number),
      [2, 1],
    )
  })

  it('waits for whoever publishes already, and is then told that it changed', async () => {
    const workflowId = await made()
    const expected = [String((await save(workflowId, draft({ title: 'Two' }))).revision)]
    const first = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const publishing = asSystem(t.kit, orgId, async ctx => {
      await publishDraft(ctx, workflowId, expected)
      first.resolve()
      await gate.promise
    })
    await first.promise
    const second = assert.rejects(
      asSystem(t.kit, orgId, ctx => publishDraft(ctx, workflowId, expected)),
      { code: 'request.changed_meanwhile' },
    )
    const waiting = () =>
      t.asSuperuser(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    while ((await waiting()).length === 0);
    gate.resolve()
    await publishing
    await second
  })

  it('is made once, however many begin at the same moment', async () => {
    const workflowId = newId()
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map(n => save(workflowId, draft({ title: `By ${n}` }), '"0"')),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') refused('request.changed_meanwhile')(outcome.reason)
    }
  })

  it('becomes an earlier version again, and nothing is public by that', async () => {
    const workflowId = await made()
    await save(workflowId, draft({ title: 'Second', fields: draft().fields.slice(0, 2) }))
    const { key } = await publish(workflowId)
    const [latest, first] = (await client.call(listFormVersions, of(workflowId))).items
    assert.equal(latest?.isCurrent, true)
    assert.equal(latest?.fields, 2)
    assert.equal(first?.isCurrent, false)
    const version = await client.call(getFormVersion, { params: { workflowId, number: 1 } })
    assert.equal(version.definition.title, PROJECT_FORM.title)

    const restored = await client.call(restoreFormVersion, { params: { workflowId, number: 1 } })
    assert.equal(restored.definition.title, PROJECT_FORM.title)
    assert.deepEqual(restored.problems, [])
    assert.equal(restored.hasChanges, true)
    assert.equal((await seen(key)).title, 'Second')
    assert.equal((await publish(workflowId)).publishedVersion, 3)
    assert.equal((await seen(key)).fields.length, PROJECT_FORM.fields.length)
    await assert.rejects(
      client.call(restoreFormVersion, { params: { workflowId, number: 9 } }),
      refused('request.not_found'),
    )
  })

  it('leaves a closed form closed, until it is opened or published', async () => {
    const workflowId = await made()
    const closed = await client.call(closeForm, of(workflowId))
    assert.equal(closed.status, 'closed')
    await assert.rejects(send(t.kit, closed, goodAnswers()))
    assert.equal((await client.call(reopenForm, of(workflowId))).status, 'published')
    await send(t.kit, closed, goodAnswers())
    await client.call(closeForm, of(workflowId))
    await save(workflowId, draft({ title: 'New' }))
    await assert.rejects(seen(closed.key), refused('intake.form_closed'))
    assert.equal((await publish(workflowId)).status, 'published')
    const unseen = newId()
    await save(unseen, draft())
    await assert.rejects(client.call(closeForm, of(unseen)), refused('intake.form_unpublished'))
  })

  it('says before it is published that an answered field cannot become another type', async () => {
    const workflowId = await made()
    await send(t.kit, await read(workflowId), goodAnswers())
    const fields = draft().fields.map(field =>
      field.key === 'seats' ? { ...field, type: 'DATE', validation: {} } : field,
    )
    const { problems } = await save(workflowId, draft({ fields }))
    const at = fields.findIndex(({ key }) => key === 'seats')
    assert.deepEqual(
      problems.map(({ pointer }) => pointer),
      [`/fields/${at}/type`],
    )
    await assert.rejects(publish(workflowId), refused('intake.field_has_answers', `/fields/${at}/type`))
    assert.equal((await read(workflowId)).publishedVersion, 1)
  })

  it('keeps versions for good, whoever asks the database', async () => {
    await made()
    for (const act of [
      "update intake.form_versions set definition = '{}'",
      'delete from intake.form_versions',
    ]) {
      await assert.rejects(t.asOwner(`set app.org_id = '${orgId}'; ${act}`), /immutable/)
    }
  })

  it('refuses what is too long to be kept', async () => {
    const fields = [{ ...draft().fields[0], help: 'x'.repeat(1_000_001) }]
    await assert.rejects(save(newId(), { ...draft(), fields } as DraftContent), refused('request.invalid'))
  })

  it('is out of reach for another organization', async () => {
    const workflowId = await made()
    const other = await testServer(t, modules, signedInAs(anyOrgId(), newId()))
    servers.push(other)
    const foreign = other.client()
    for (const route of [getFormDraft, publishForm, closeForm, discardFormDraft, listFormVersions]) {
      await assert.rejects(foreign.call(route, of(workflowId)), refused('request.not_found'))
    }
  })
})
