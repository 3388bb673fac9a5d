import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createCompany, deleteCompany, listPipelines } from '#modules/crm/contract.ts'
import { addMember, cookieOf, makeOwner } from '#modules/iam/factories.ts'
import { type Client, createClient } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import type { LiveMessage } from '#platform/live/message.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import {
  copyWorkflow,
  createWorkflow,
  endPresence,
  type Graph,
  getPresence,
  getVersion,
  getWorkflow,
  getWorkflowSettings,
  graphSchema,
  importWorkflow,
  listVersions,
  publishWorkflow,
  restoreVersion,
  saveDraft,
  setPresence,
  setWorkflowSettings,
} from './contract.ts'

const graph: Graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'tell', type: 'notify', config: { title: 'Hi' } },
  ],
  edges: [{ id: 'e', source: 'start', target: 'tell' }],
  notes: [{ id: 'why', text: 'Because.', color: 'blue' }],
})

async function refusal(answer: Promise<unknown>): Promise<ProblemError> {
  try {
    await answer
  } catch (error) {
    if (error instanceof ProblemError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

describe('a draft', () => {
  let app: TestApp
  let owner: SignedIn
  let colleague: { userId: string; client: Client }
  let stranger: Client
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    stranger = (await app.owner()).client
    const { userId } = await makeOwner(app.kit, 'Grace Member')
    await addMember(app.kit, owner.orgId, userId, 'member')
    const cookie = await cookieOf(app.kit, userId, owner.orgId)
    const headers = () => ({ cookie, origin: app.url })
    colleague = { userId, client: createClient({ baseUrl: app.url, headers }) }
  })
  after(() => app.close())

  async function draw(draft: Graph = graph): Promise<{ workflowId: string }> {
    const { id } = await owner.client.call(createWorkflow, { body: { name: 'Drawn' } })
    await owner.client.call(saveDraft, { params: { workflowId: id }, body: { graph: draft, revision: 0 } })
    return { workflowId: id }
  }

  it('keeps its notes, and so do versions; a version does the same without them', async () => {
    const params = await draw()
    const saved = await owner.client.call(getWorkflow, { params })
    assert.deepEqual(saved.draft, graph)
    assert.deepEqual([saved.draftSavedBy, saved.problems], [{ userId: owner.userId, name: 'Ada Owner' }, []])
    const published = await owner.client.call(publishWorkflow, { params })
    assert.deepEqual(published.published, graph)
    const { notes: _, ...bare } = graph
    const without = await owner.client.call(saveDraft, { params, body: { graph: bare, revision: 1 } })
    assert.equal(Object.hasOwn(without.draft, 'notes'), false)
    await owner.client.call(publishWorkflow, { params })
    const { items } = await owner.client.call(listVersions, { params })
    assert.deepEqual(
      items.map(({ number, isPublished, nodes, publishedBy }) => [
        number,
        isPublished,
        nodes,
        publishedBy?.name,
      ]),
      [
        [2, true, 2, 'Ada Owner'],
        [1, false, 2, 'Ada Owner'],
      ],
    )
    assert.equal(items[0]?.hash, items[1]?.hash)
    const twice = { ...graph, notes: [...(graph.notes ?? []), ...(graph.notes ?? [])] }
    const refused = await refusal(
      owner.client.call(saveDraft, { params, body: { graph: twice, revision: 2 } }),
    )
    assert.deepEqual(
      refused.problem.errors?.map(({ pointer, code }) => [pointer, code]),
      [['/graph/notes/1/id', 'duplicate_note_id']],
    )
  })

  it('is what a version was once that is restored, unless somebody saved in between', async () => {
    const params = await draw()
    await owner.client.call(publishWorkflow, { params })
    await owner.client.call(saveDraft, { params, body: { graph: { nodes: [], edges: [] }, revision: 1 } })
    const version = { ...params, number: 1 }
    const read = await owner.client.call(getVersion, { params: version })
    assert.deepEqual(read.graph, graph)
    const blind = await refusal(owner.client.call(restoreVersion, { params: version, body: {} }))
    assert.equal(blind.code, 'request.precondition_required')
    const late = await refusal(owner.client.call(restoreVersion, { params: version, body: { revision: 1 } }))
    assert.equal(late.code, 'flow.draft_changed')
    const restored = await owner.client.call(restoreVersion, { params: version, body: { revision: 2 } })
    assert.deepEqual([restored.draft, restored.revision, restored.publishedVersion], [graph, 3, 1])
    for (const number of [2, 2_147_483_647]) {
      const missing = await refusal(owner.client.call(getVersion, { params: { ...params, number } }))
      assert.equal(missing.status, 404)
    }
    for (const [who, status] of [
      [stranger, 404],
      [colleague.client, 200],
    ] as const) {
      const answer = who.call(getVersion, { params: version }).then(
        () => 200,
        (error: ProblemError) => error.status,
      )
      assert.equal(await answer, status)
    }
  })

  it('that somebody else saved says who, and which revision is there now', async () => {
    const params = await draw()
    const { workflowId } = params
    // A member may only look at workflows, so the permission is given.
    await app.asSuperuser(
      `update iam.members set permissions = '{"workflows:write": true}' where org_id = $1 and user_id = $2`,
      [owner.orgId, colleague.userId],
    )
    const heard: LiveMessage[] = []
    const stop = app.kit.live.listen(owner.orgId, message => heard.push(message))
    await colleague.client.call(saveDraft, { params, body: { graph, revision: 1 } })
    stop()
    assert.deepEqual(
      heard.map(({ type, subjects }) => [type, subjects]),
      [['draft.saved', [{ type: 'workflow', id: workflowId }]]],
    )
    const late = await refusal(owner.client.call(saveDraft, { params, body: { graph, revision: 1 } }))
    assert.equal(late.problem.current, '"2"')
    assert.match(late.problem.detail ?? '', /^Grace Member saved revision 2; yours was based on 1/)
  })

  it('is duplicated with its notes, description and settings, and starts nothing', async () => {
    const params = await draw()
    const settings = { limit: { runs: 3, perKey: null, overflow: 'refuse' as const }, errorWorkflowId: null }
    await owner.client.call(setWorkflowSettings, { params, body: settings })
    await owner.client.call(publishWorkflow, { params })
    const copy = await owner.client.call(copyWorkflow, { params, body: {} })
    assert.deepEqual(
      [copy.name, copy.status, copy.draft, copy.publishedVersion],
      ['Drawn (copy)', 'draft', graph, null],
    )
    const copied = await owner.client.call(getWorkflowSettings, { params: { workflowId: copy.id } })
    assert.deepEqual(copied, settings)
    const long = await owner.client.call(createWorkflow, { body: { name: `${'é'.repeat(197)}🙂` } })
    const named = await owner.client.call(copyWorkflow, { params: { workflowId: long.id }, body: {} })
    assert.equal(named.name, `${'é'.repeat(193)} (copy)`)
    assert.equal((await refusal(stranger.call(copyWorkflow, { params, body: {} }))).status, 404)
  })

  it('is filed and comes back as the same file', async () => {
    const params = await draw()
    const file = async (workflowId: string, format: string, accessToken = owner.accessToken) =>
      fetch(`${app.url}/v1/workflows/${workflowId}/file?format=${format}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
    for (const format of ['yaml', 'json']) {
      const answer = await file(params.workflowId, format)
      assert.equal(answer.headers.get('content-type'), `application/${format}; charset=utf-8`)
      assert.equal(answer.headers.get('content-disposition'), `attachment; filename="drawn.${format}"`)
      const text = await answer.text()
      const made = await owner.client.call(importWorkflow, { body: { text } })
      assert.deepEqual([made.name, made.status, made.draft], ['Drawn', 'draft', graph])
      assert.equal(await (await file(made.id, format)).text(), text)
    }
    assert.equal((await file(newId(), 'yaml')).status, 404)
    const broken = 'format: millrace.workflow/1\nname: Broken\nnodes: [\n'
    const refused = await refusal(owner.client.call(importWorkflow, { body: { text: broken } }))
    assert.equal(refused.code, 'flow.invalid_file')
    assert.match(refused.field('/text') ?? '', /^Line \d+, column \d+: /)
    const twice = {
      format: 'millrace.workflow/1',
      name: 'Twice',
      nodes: [
        { id: 'a', type: 'manual' },
        { id: 'a', type: 'manual' },
      ],
    }
    const same = await refusal(owner.client.call(importWorkflow, { body: { text: JSON.stringify(twice) } }))
    assert.equal(same.code, 'flow.invalid_graph')
  })

  it('can begin as a row of steps', async () => {
    const linear = {
      trigger: { type: 'manual' },
      actions: [{ type: 'notify', config: { title: 'Hi' } }, { type: 'stop' }],
    }
    const made = await owner.client.call(createWorkflow, { body: { name: 'Row', linear } })
    assert.deepEqual(
      made.draft.edges.map(({ source, target }) => `${source} ${target}`),
      ['manual notify', 'notify stop'],
    )
    assert.deepEqual([made.revision, made.problems], [1, []])
    await owner.client.call(publishWorkflow, { params: { workflowId: made.id } })
    const deep = (levels: number) => {
      const config = JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
      const body = { name: 'Deep', linear: { ...linear, trigger: { type: 'manual', config } } }
      return owner.client.call(createWorkflow, { body })
    }
    assert.equal((await deep(27)).draft.nodes.length, 3)
    assert.equal((await refusal(deep(28))).code, 'request.invalid')
  })

  it('of a thousand nodes and five thousand edges is saved', async () => {
    const nodes = Array.from({ length: 1_000 }, (_, n) => ({
      id: `n${n}`,
      type: n === 0 ? 'manual' : 'send_email',
      label: `Step ${n}`,
      config: n === 0 ? {} : { to: '{{ lead.email }}', subject: 'Hello', text: 'How are you?'.repeat(80) },
      position: { x: n, y: n },
    }))
    const edges = Array.from({ length: 4_990 }, (_, n) => ({
      id: `e${n}`,
      source: `n${n % 998}`,
      target: `n${(n % 998) + 1 + (n % 1)}`,
      sourceHandle: 'out',
    }))
    const params = await draw(graphSchema.parse({ nodes, edges }))
    assert.equal((await owner.client.call(getWorkflow, { params })).draft.nodes.length, 1_000)
  })

  it('names what it refers to that is not there', async () => {
    const node = (workflowId: string) => ({ id: 'call', type: 'sub_workflow', config: { workflowId } })
    const calling = (workflowId: string) =>
      graphSchema.parse({
        nodes: [{ id: 'start', type: 'form_submitted' }, node(workflowId)],
        edges: [{ id: 'e', source: 'start', target: 'call' }],
      })
    const { workflowId: child } = await draw()
    const params = await draw(calling(newId()))
    const codes = async (revision: number, workflowId: string) => {
      const body = { graph: calling(workflowId), revision }
      const { problems } = await owner.client.call(saveDraft, { params, body })
      return problems.map(({ severity, code }) => `${severity} ${code}`)
    }
    const refused = await refusal(owner.client.call(publishWorkflow, { params }))
    assert.deepEqual(
      refused.problem.errors?.map(({ pointer, code }) => [pointer, code]),
      [['/graph/nodes/1/config/workflowId', 'missing_workflow']],
    )
    assert.deepEqual(await codes(1, child), ['warning missing_form', 'warning workflow_not_published'])
    await owner.client.call(publishWorkflow, { params: { workflowId: child } })
    assert.deepEqual(await codes(2, child), ['warning missing_form'])
    assert.deepEqual(await codes(3, params.workflowId), ['warning missing_form', 'warning starts_itself'])
    await owner.client.call(publishWorkflow, { params })
    const asking = graphSchema.parse({
      nodes: [
        { id: 'start', type: 'manual' },
        { id: 'ask', type: 'approval', config: { title: 'May I?', roles: ['manager', 'admin'] } },
      ],
      edges: [{ id: 'e', source: 'start', target: 'ask' }],
    })
    const { problems } = await owner.client.call(saveDraft, { params, body: { graph: asking, revision: 4 } })
    assert.deepEqual(
      problems.map(({ code, message }) => [code, message]),
      [['nobody_to_ask', '"Approval" asks nobody: no active member is manager or admin.']],
    )
  })

  it('names records, stages and members that are not there any more, and no others', async () => {
    const made = await owner.client.call(createCompany, { body: { name: 'Meridian Labs' } })
    const { items } = await owner.client.call(listPipelines, {})
    const [pipeline] = items
    const deal = (config: object) =>
      graphSchema.parse({
        nodes: [
          { id: 'start', type: 'manual' },
          { id: 'deal', type: 'create_deal', label: 'Open a deal', config: { name: 'One', ...config } },
        ],
        edges: [{ id: 'e', source: 'start', target: 'deal' }],
      })
    const there = {
      company: made.id,
      owner: owner.userId,
      pipeline: pipeline?.id,
      stage: pipeline?.stages[0]?.id,
    }
    const params = await draw(deal(there))
    const told = async (revision: number, config: object) => {
      const body = { graph: deal(config), revision }
      const { problems } = await owner.client.call(saveDraft, { params, body })
      return problems.map(({ code, severity, path, message }) => [code, severity, path.slice(3), message])
    }
    assert.deepEqual(await told(1, { ...there, person: 'ada@analytical.example' }), [])
    const gone = (what: string) => `${what} is not there any more. The step will fail.`
    assert.deepEqual(
      await told(2, {
        company: newId(),
        person: newId(),
        stage: newId(),
        set: [
          { name: 'source', value: newId() },
          { name: 'owner', value: newId() },
        ],
      }),
      [
        ['missing_record', 'warning', ['stage'], gone('The stage that "Open a deal" names')],
        ['missing_record', 'warning', ['person'], gone('The person that "Open a deal" names')],
        ['missing_record', 'warning', ['company'], gone('The company that "Open a deal" names')],
        [
          'missing_record',
          'warning',
          ['set', 1, 'value'],
          'The member whom "Open a deal" names is no active member any more. The step will fail.',
        ],
      ],
    )
    await owner.client.call(deleteCompany, { params: { companyId: made.id } })
    const told3 = await told(3, there)
    assert.deepEqual(
      told3.map(([code, , path]) => [code, path]),
      [['missing_record', ['company']]],
      'what was deleted is gone too',
    )
  })

  describe('that is open in front of somebody', () => {
    it('says so to the others, who hear when somebody comes, selects another node and goes', async () => {
      const params = await draw()
      const heard: string[] = []
      const stop = app.kit.live.listen(owner.orgId, ({ type, subjects }) => {
        if (subjects[0]?.id === params.workflowId) heard.push(type)
      })
      const enter = (client: Client, nodeId: string | null) =>
        client.call(setPresence, { params, body: { nodeId } })
      assert.deepEqual(await enter(owner.client, null), { others: [] })
      const seen = await enter(colleague.client, 'tell')
      assert.deepEqual(
        seen.others.map(({ userId, name, nodeId }) => [userId, name, nodeId]),
        [[owner.userId, 'Ada Owner', null]],
      )
      assert.equal(heard.length, 2)
      await enter(colleague.client, 'tell')
      assert.equal(heard.length, 2, 'nothing is new')
      await enter(colleague.client, 'start')
      assert.equal(heard.length, 3)
      const read = await owner.client.call(getPresence, { params })
      assert.deepEqual(
        read.others.map(({ userId, name, nodeId }) => [userId, name, nodeId]),
        [[colleague.userId, 'Grace Member', 'start']],
      )
      await colleague.client.call(endPresence, { params })
      await colleague.client.call(endPresence, { params })
      assert.equal(heard.length, 4)
      assert.deepEqual((await owner.client.call(getPresence, { params })).others, [])
      stop()
      for (const route of [getPresence, endPresence])
        assert.equal((await refusal(stranger.call(route, { params }))).status, 404)
      assert.equal((await refusal(stranger.call(setPresence, { params, body: {} }))).status, 404)
    })

    it('forgets who was not heard of, and nothing of them is left', async () => {
      const [first, second] = [await draw(), await draw()]
      await colleague.client.call(setPresence, { params: first, body: {} })
      await app.asSuperuser(
        `update flow.presence set seen_at = now() - interval '31 seconds' where org_id = $1 and user_id = $2`,
        [owner.orgId, colleague.userId],
      )
      assert.deepEqual((await owner.client.call(getPresence, { params: first })).others, [])
      const heard: (string | undefined)[] = []
      const stop = app.kit.live.listen(owner.orgId, ({ subjects }) => heard.push(subjects[0]?.id))
      await owner.client.call(setPresence, { params: second, body: {} })
      stop()
      assert.deepEqual(heard.sort(), [first.workflowId, second.workflowId].sort())
      const rows = await app.asSuperuser<{ user_id: string }>(
        'select user_id from flow.presence where org_id = $1 and workflow_id = any($2)',
        [owner.orgId, [first.workflowId, second.workflowId]],
      )
      assert.deepEqual(rows, [{ user_id: owner.userId }])
    })
  })
})
