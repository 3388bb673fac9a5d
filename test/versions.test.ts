import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { listLeads } from '#modules/intake/contract.ts'
import { Problem } from '#platform/contract/problem.ts'
import { projectForm } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { makeRecords } from './tenancy/records.ts'

interface Case {
  name: string
  /** Where the record is read. */
  read: string
  /** How it is changed, to something else each time. */
  write: { method: string; path: string; body: (turn: number) => object }
}

describe('ETag and If-Match', () => {
  let app: TestApp
  let owner: SignedIn
  let cases: readonly Case[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    await makeRecords(app.kit, owner)
    const [lead] = (await owner.client.call(listLeads)).items
    assert.ok(lead)
    const { workflowId, id: leadId, personId } = lead
    const graph = { nodes: [], edges: [] }
    const form = projectForm
    const workflow = `/v1/workflows/${workflowId}`
    const put = (path: string, body: (turn: number) => object) => ({ method: 'PUT', path, body })
    const patch = (path: string, body: (turn: number) => object) => ({ method: 'PATCH', path, body })
    cases = [
      {
        name: 'a workflow',
        read: workflow,
        write: put(`${workflow}/draft`, () => ({ graph })),
      },
      {
        name: 'settings of a workflow',
        read: `${workflow}/settings`,
        write: put(`${workflow}/settings`, turn => ({ limit: { runs: 100 + turn } })),
      },
      {
        name: 'a form',
        read: `${workflow}/form`,
        write: put(`${workflow}/form`, turn => ({ ...form, title: `Title ${turn}` })),
      },
      {
        name: 'a lead',
        read: `/v1/leads/${leadId}`,
        write: patch(`/v1/leads/${leadId}`, turn => ({ status: turn % 2 ? 'QUALIFIED' : 'NEW' })),
      },
      {
        name: 'a person',
        read: `/v1/people/${personId}`,
        write: patch(`/v1/people/${personId}`, turn => ({ score: turn })),
      },
      {
        name: 'the organization',
        read: '/v1/organization',
        write: patch('/v1/organization', turn => ({ name: `Acme ${turn}` })),
      },
      {
        name: 'rate limits',
        read: '/v1/rate-limits',
        write: put('/v1/rate-limits', turn => ({
          items: [{ kind: 'http_request', connection: 'api.example.com', calls: 1 + turn, perSeconds: 60 }],
        })),
      },
    ]
  })
  after(() => app.close())

  const send = (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: object } = {},
  ) =>
    fetch(app.url + path, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${owner.accessToken}`,
        ...(init.body ? { 'content-type': 'application/json' } : {}),
        ...init.headers,
      },
      ...(init.body ? { body: JSON.stringify(init.body) } : {}),
    })
  const tagOf = (response: Response) => {
    const tag = response.headers.get('etag') ?? ''
    assert.match(tag, /^"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}"$/)
    return tag
  }

  it('changes a record once for each version, and says what is there otherwise', async () => {
    for (const { name, read, write } of cases) {
      const change = (turn: number, headers: Record<string, string>) =>
        send(write.path, { method: write.method, headers, body: write.body(turn) })
      const first = await send(read)
      assert.equal(first.status, 200, name)
      const tag = tagOf(first)
      const unchanged = await send(read, { headers: { 'if-none-match': `"x", W/${tag}` } })
      assert.deepEqual([unchanged.status, await unchanged.text()], [304, ''], name)
      const changed = await change(1, { 'if-match': `"other", ${tag}` })
      assert.equal(changed.status, 200, name)
      const next = tagOf(changed)
      assert.equal(next.split('.')[0], tagOf(await send(read)).split('.')[0], name)
      assert.equal((await send(read, { headers: { 'if-none-match': tag } })).status, 200, name)
      const late = await change(2, { 'if-match': tag })
      assert.equal(late.status, 412, name)
      const problem = Problem.parse(await late.json())
      assert.equal(problem.code, 'request.changed_meanwhile')
      assert.equal(problem.current, late.headers.get('etag'))
      assert.equal(`${next.split('.')[0]}"`, problem.current, name)
      for (const nothing of ['W/"1"', `W/${next}`, '"', ''])
        assert.equal((await change(2, { 'if-match': nothing })).status, 412, `${name} ${nothing}`)
      assert.equal((await change(2, { 'if-match': problem.current ?? '' })).status, 200, name)
      // Any version will do, except for a draft, where that would throw away what others drew.
      const careless = await change(3, { 'if-match': '*' })
      assert.equal(careless.status, name === 'a workflow' ? 428 : 200, name)
    }
  })

  it('lets one of many edits of the same version through', async () => {
    for (const { name, read, write } of cases) {
      const tag = tagOf(await send(read))
      const answers = await Promise.all(
        [10, 11, 12, 13, 14, 15].map(turn =>
          send(write.path, { method: write.method, headers: { 'if-match': tag }, body: write.body(turn) }),
        ),
      )
      const wins = answers.filter(answer => answer.status === 200).length
      assert.ok(
        answers.every(answer => [200, 412].includes(answer.status)),
        name,
      )
      // A lead that is moved to where it stands is not changed, so its version holds.
      if (name === 'a lead') assert.ok(wins >= 1 && wins < 6, `${name}: ${wins}`)
      else assert.equal(wins, 1, name)
    }
  })

  it('names the fields that hold something else by now', async () => {
    const path = cases.find(({ name }) => name === 'a form')
    assert.ok(path)
    const late = await send(path.write.path, {
      method: 'PUT',
      headers: { 'if-match': '"0"' },
      body: path.write.body(99),
    })
    const problem = Problem.parse(await late.json())
    assert.deepEqual(
      problem.errors?.map(error => [error.pointer, error.code]),
      [['/title', 'differs']],
    )
  })

  it('replays an answer with its ETag', async () => {
    const [person] = cases.filter(({ name }) => name === 'a person')
    assert.ok(person)
    const repeat = () =>
      send(person.write.path, {
        method: 'PATCH',
        headers: { 'idempotency-key': 'the-same' },
        body: person.write.body(77),
      })
    const [first, second] = [await repeat(), await repeat()]
    assert.equal(first.status, 200, await first.text())
    assert.equal(second.headers.get('idempotency-replayed'), 'true')
    assert.equal(first.headers.get('etag'), second.headers.get('etag'))
  })

  it('refuses a condition where none can be kept, and a draft without any', async () => {
    const refused = await send('/v1/workflows', {
      method: 'POST',
      headers: { 'if-match': '"1"' },
      body: { name: 'x' },
    })
    assert.equal(refused.status, 422)
    const [workflow] = cases
    assert.ok(workflow)
    const unconditional = await send(workflow.write.path, { method: 'PUT', body: workflow.write.body(1) })
    assert.equal(unconditional.status, 428)
    assert.equal(Problem.parse(await unconditional.json()).code, 'request.precondition_required')
  })
})
