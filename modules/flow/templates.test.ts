import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import * as api from './contract.ts'
import { gallery } from './templates/gallery.ts'

type Client = Awaited<ReturnType<TestApp['owner']>>['client']

describe('templates of workflows', () => {
  let app: TestApp
  let client: Client
  before(async () => {
    app = await testApp()
    client = (await app.owner()).client
  })
  after(() => app.close())

  const codeOf = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => null,
      reason => reason,
    )
    assert.ok(error instanceof ProblemError, String(error))
    return error.problem.code
  }
  const copy = (
    templateKey: string,
    body: { name?: string; fill?: Record<string, string | number | string[]> },
  ) => client.call(api.copyTemplate, { params: { templateKey }, body })
  const read = (templateKey: string) => client.call(api.getTemplate, { params: { templateKey } })
  const list = async (query: object = {}) => (await client.call(api.listTemplates, { query })).items

  it('are listed with what is to be filled in, by category when asked', async () => {
    const items = await list()
    assert.deepEqual(
      items.map(({ key }) => key),
      gallery.map(({ key }) => key),
    )
    const [digest] = items.filter(({ key }) => key === 'weekly_digest')
    assert.deepEqual(
      [digest?.isOwn, digest?.trigger, digest?.category, digest?.createdAt],
      [false, 'schedule', 'team', null],
    )
    assert.deepEqual(digest?.blanks[0], {
      key: 'to',
      title: 'Who gets it?',
      kind: 'email',
      value: '',
      nodeId: 'send',
    })
    const leads = await list({ category: 'leads' })
    assert.ok(leads.length > 0 && leads.every(({ category }) => category === 'leads'))
    const { graph } = await read('thank_new_lead')
    assert.doesNotMatch(JSON.stringify(graph), /\[\[/)
  })

  it('begin a draft that says which one it was, with the values where they go', async () => {
    const made = await copy('round_robin_owner', { fill: { members: ['a@example.com', 'b@example.com'] } })
    assert.deepEqual(
      [made.name, made.status, made.problems],
      ['Give new leads to the team in turn', 'draft', []],
    )
    const node = made.draft.nodes.find(({ id }) => id === 'next')
    assert.deepEqual(node?.config, { choices: ['a@example.com', 'b@example.com'] })
    const ids = await app.asSuperuser<{ template_id: string }>(
      'select template_id from flow.workflows where id = any($1)',
      [[made.id, (await copy('round_robin_owner', { name: 'Mine' })).id]],
    )
    assert.match(
      ids[0]?.template_id ?? '',
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    assert.equal(ids[0]?.template_id, ids[1]?.template_id)
    const open = await copy('round_robin_owner', { name: 'Mine' })
    assert.equal(open.name, 'Mine')
    assert.deepEqual(
      open.problems.map(({ nodeId }) => nodeId),
      ['next'],
    )
  })

  it('are tried before they run: whose turn it would be is assumed, and no turn is given out', async () => {
    const { id: workflowId } = await copy('round_robin_owner', {
      fill: { members: ['a@example.com', 'b@example.com'] },
    })
    const lead = { id: newId(), name: 'Grace', email: 'grace@example.com', fields: {} }
    for (const _ of ['once', 'twice']) {
      const tried = await client.call(api.runDraft, { params: { workflowId }, body: { input: { lead } } })
      assert.equal(tried.status, 'completed', JSON.stringify(tried.error))
      const next = tried.stepList.find(({ nodeId }) => nodeId === 'next')
      assert.deepEqual(next?.output, { choice: 'a@example.com', turn: 1 })
      assert.deepEqual(
        tried.notes.map(({ kind, nodeId }) => [kind, nodeId]),
        [['assumed', 'next']],
      )
    }
    assert.deepEqual(
      await app.asSuperuser('select 1 from flow.rotations where workflow_id = $1', [workflowId]),
      [],
    )
  })

  it('refuse what fits no blank, and make nothing then', async () => {
    const before = await app.asSuperuser('select 1 from flow.workflows')
    const bad: [key: string, fill: Record<string, string | number | string[]>][] = [
      ['round_robin_owner', { nobody: 'x' }],
      ['round_robin_owner', { constructor: 'x' }],
      ['round_robin_owner', { members: 'a@example.com' }],
      ['round_robin_owner', { members: [] }],
      ['round_robin_owner', { members: [' '] }],
      ['weekly_digest', { to: '' }],
      ['weekly_digest', { to: 7 }],
      ['weekly_digest', { to: 'nobody' }],
      ['weekly_digest', { timeZone: 'Mars/Base' }],
      ['enrich_company', { url: 'javascript:alert(1)' }],
      ['enrich_company', { url: 'https://a.example/{{ run.id }}/' }],
      ['lost_check_in', { days: '90' }],
    ]
    for (const [key, fill] of bad)
      assert.equal(await codeOf(copy(key, { fill })), 'request.invalid', `${key} ${JSON.stringify(fill)}`)
    for (const key of ['nothing', 'constructor', newId(), '..']) {
      assert.equal(await codeOf(copy(key, {})), 'request.not_found', key)
      assert.equal(await codeOf(read(key)), 'request.not_found', key)
    }
    assert.equal((await app.asSuperuser('select 1 from flow.workflows')).length, before.length)
  })

  it('are made of workflows, for the organization alone, and deleted again', async () => {
    const { id: workflowId } = await copy('stale_deals', { name: 'Ours' })
    const make = (body: object) => client.call(api.makeTemplate, { params: { workflowId }, body })
    const first = await make({})
    const own = await make({ name: 'Our way', description: 'How we do it.' })
    assert.deepEqual(
      [first.name, own.name, own.description, own.isOwn, own.category, own.blanks],
      ['Ours', 'Our way', 'How we do it.', true, 'own', []],
    )
    assert.deepEqual(
      (await list()).slice(0, 3).map(({ key }) => key),
      [own.key, first.key, gallery[0]?.key],
    )
    assert.equal((await list({ category: 'own' })).length, 2)
    // It is what the draft was, whatever becomes of the workflow.
    await client.call(api.saveDraft, {
      params: { workflowId },
      body: { graph: { nodes: [], edges: [] }, revision: 1 },
    })
    const { graph } = await read(own.key)
    const begun = await copy(own.key, {})
    assert.deepEqual(begun.draft, graph)
    assert.ok(graph.nodes.length > 3)

    const stranger = (await app.owner()).client
    const params = { templateKey: own.key }
    assert.equal(await codeOf(stranger.call(api.getTemplate, { params })), 'request.not_found')
    assert.equal(await codeOf(stranger.call(api.copyTemplate, { params, body: {} })), 'request.not_found')
    assert.equal(await codeOf(stranger.call(api.deleteTemplate, { params })), 'request.not_found')
    assert.ok((await stranger.call(api.listTemplates, { query: {} })).items.every(({ isOwn }) => !isOwn))

    await client.call(api.deleteTemplate, { params })
    assert.equal(await codeOf(client.call(api.deleteTemplate, { params })), 'request.not_found')
    const builtIn = { params: { templateKey: 'stale_deals' } }
    assert.equal(await codeOf(client.call(api.deleteTemplate, builtIn)), 'flow.template_built_in')
    assert.deepEqual(
      (await list({ category: 'own' })).map(({ key }) => key),
      [first.key],
    )
  })

  it('are two hundred at most', async () => {
    const { client: full, orgId } = await app.owner()
    const { id: workflowId } = await full.call(api.copyTemplate, {
      params: { templateKey: 'stale_deals' },
      body: {},
    })
    await app.asSuperuser(
      `insert into flow.templates (org_id, id, name, description, category, graph)
       select $1, gen_random_uuid(), 'T' || n, '', 'own', '{"nodes":[],"edges":[]}' from generate_series(1, 199) n`,
      [orgId],
    )
    const make = () => full.call(api.makeTemplate, { params: { workflowId }, body: {} })
    const answers = await Promise.allSettled([make(), make(), make()])
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
    assert.equal(await codeOf(make()), 'flow.too_many_templates')
  })
})
