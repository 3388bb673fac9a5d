import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Principal } from '#platform/http/handlers.ts'
import { modules } from '#programs/modules.ts'
import { cookieOfSignIn, newApiKey } from '#test/api-key.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { mayUse, toolsOf } from './tools.ts'

describe('the MCP server', () => {
  let app: TestApp
  let owner: SignedIn
  let stranger: SignedIn
  const clients: Client[] = []
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    stranger = await app.owner()
  })
  after(async () => {
    for (const client of clients) await client.close()
    await app?.close()
  })

  async function connect(accessToken: string, query = ''): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${app.url}/mcp${query}`), {
        requestInit: { headers: { authorization: `Bearer ${accessToken}` } },
      }),
    )
    clients.push(client)
    return client
  }
  const textOf = (result: Awaited<ReturnType<Client['callTool']>>) =>
    result.content.map(part => (part.type === 'text' ? part.text : '')).join('')
  const post = (headers: Readonly<Record<string, string>>, body: unknown) =>
    fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    })
  const allTools = toolsOf(modules.flatMap(module => (module.routes ?? []).map(({ route }) => route)))
  const PING = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

  it('introduces itself and lists the reading tools and the two that find the others', async () => {
    const client = await connect(owner.accessToken)
    assert.equal(client.getServerVersion()?.name, 'millrace')
    assert.match(client.getInstructions() ?? '', /search_tools/)
    const { tools } = await client.listTools()
    const names = tools.map(({ name }) => name)
    for (const name of ['intake_lead_list', 'flow_run_get', 'search_tools', 'call_tool'])
      assert.ok(names.includes(name), name)
    assert.ok(!names.some(name => name.startsWith('iam_')))
    const writing = tools.filter(tool => !tool.annotations?.readOnlyHint).map(({ name }) => name)
    assert.deepEqual(writing, ['call_tool'])
    assert.ok(JSON.stringify(tools).length < 30_000, 'fits into a context')
  })

  it('lists the modules that are asked for', async () => {
    const { tools } = await (await connect(owner.accessToken, '?tools=flow')).listTools()
    const start = tools.find(({ name }) => name === 'flow_workflow_create')
    assert.deepEqual(
      [start?.annotations?.readOnlyHint, start?.annotations?.destructiveHint],
      [false, false],
      'what is created destroys nothing',
    )
    assert.equal(tools.find(({ name }) => name === 'flow_run_retry')?.annotations?.destructiveHint, true)
    assert.ok(!tools.some(({ name }) => name.startsWith('intake_')))
    const all = await (await connect(owner.accessToken, '?tools=all')).listTools()
    assert.ok(all.tools.length > tools.length)
  })

  it('calls a route as itself: the answer is an object and text', async () => {
    const client = await connect(owner.accessToken, '?tools=all')
    const created = await client.callTool({
      name: 'flow_workflow_create',
      arguments: { name: 'Made by a model', idempotency_key: 'once' },
    })
    const again = await client.callTool({
      name: 'flow_workflow_create',
      arguments: { name: 'Made by a model', idempotency_key: 'once' },
    })
    assert.ok(!created.isError, textOf(created))
    assert.deepEqual(again.structuredContent, created.structuredContent)
    assert.deepEqual(JSON.parse(textOf(created)), created.structuredContent)
    const listed = await client.callTool({ name: 'flow_workflow_list', arguments: {} })
    const { items } = listed.structuredContent as { items: { id: string; name: string }[] }
    assert.deepEqual(
      items.filter(({ name }) => name === 'Made by a model').map(({ id }) => id),
      [(created.structuredContent as { id: string }).id],
    )
  })

  it('finds a tool by words and calls it by name', async () => {
    const client = await connect(owner.accessToken)
    const found = await client.callTool({ name: 'search_tools', arguments: { query: 'create a workflow' } })
    const { tools } = found.structuredContent as { tools: { name: string }[] }
    assert.ok(tools.some(({ name }) => name === 'flow_workflow_create'))
    const called = await client.callTool({
      name: 'call_tool',
      arguments: { name: 'flow_workflow_create', arguments: { name: 'Found by words' } },
    })
    assert.equal((called.structuredContent as { name?: string }).name, 'Found by words')
    await assert.rejects(
      client.callTool({ name: 'call_tool', arguments: { name: 'drop_tables' } }),
      /no tool/,
    )
    await assert.rejects(client.callTool({ name: 'search_tools', arguments: {} }), /query/)
  })

  it('says what was wrong in the words of the API', async () => {
    const client = await connect(owner.accessToken, '?tools=all')
    const wrong = await client.callTool({ name: 'flow_workflow_create', arguments: { name: '', colour: 1 } })
    assert.equal(wrong.isError, true)
    assert.match(textOf(wrong), /Some values were not accepted/)
    assert.match(textOf(wrong), /body \/name: /)
    assert.match(textOf(wrong), /body \/colour: This field is not known here/)
    const odd = await client.callTool({ name: 'intake_lead_list', arguments: { limit: 5000, colour: 1 } })
    assert.match(textOf(odd), /query \/limit: /)
    assert.match(textOf(odd), /query \/colour: This field is not known here/)
    const unseen = await client.callTool({ name: 'flow_node_type_list', arguments: { colour: 1 } })
    assert.deepEqual(
      [unseen.isError, textOf(unseen)],
      [true, 'flow_node_type_list has no argument colour. Nothing was done.'],
    )
  })

  it('answers for records of others as for missing ones', async () => {
    const mine = await (await connect(owner.accessToken)).callTool({
      name: 'call_tool',
      arguments: { name: 'flow_workflow_create', arguments: { name: 'Mine' } },
    })
    const { id } = mine.structuredContent as { id: string }
    const client = await connect(stranger.accessToken)
    const texts = []
    for (const workflowId of [id, `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`]) {
      const result = await client.callTool({ name: 'flow_workflow_get', arguments: { workflowId } })
      assert.equal(result.isError, true)
      texts.push(textOf(result).replace(/Request .*/, ''))
    }
    assert.match(texts[0] ?? '', /There is nothing here/)
    assert.equal(texts[0], texts[1])
  })

  it('gives an API key what its scopes allow and nothing else', async () => {
    const client = await connect(await newApiKey(app.url, owner, ['leads:read']), '?tools=all')
    const { tools } = await client.listTools()
    const names = tools.map(({ name }) => name)
    assert.ok(names.includes('intake_lead_list') && names.includes('search_tools'))
    for (const name of ['intake_lead_move', 'flow_workflow_list', 'iam_member_list'])
      assert.ok(!names.includes(name), name)
    assert.ok(!(await client.callTool({ name: 'intake_lead_list', arguments: {} })).isError)
    const found = await client.callTool({ name: 'search_tools', arguments: { query: 'workflow' } })
    assert.ok(!textOf(found).includes('flow_workflow_create'))
    const refused = await client.callTool({ name: 'flow_workflow_create', arguments: { name: 'No' } })
    assert.deepEqual(
      [refused.isError, (refused.structuredContent as { problem: { status: number } }).problem.status],
      [true, 403],
    )
  })

  it('wants a credential as Bearer and takes no cookie', async () => {
    const cookie = await cookieOfSignIn(app.url, owner)
    assert.match(cookie, /__Host-session=/)
    for (const headers of [{}, { cookie }, { authorization: 'Bearer mra_nothing' }]) {
      const response = await post(headers, PING)
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
    }
  })

  it('refuses pages of other sites, also those that were led to this address', async () => {
    const authorization = `Bearer ${owner.accessToken}`
    const port = new URL(app.url).port
    for (const origin of [
      'https://evil.example',
      `http://evil.example:${port}`,
      'null',
      'http://localhost:1',
    ])
      assert.equal((await post({ authorization, origin }, PING)).status, 403, origin)
    assert.equal((await post({ authorization, origin: app.url }, PING)).status, 200)
  })

  it('keeps no sessions and no streams', async () => {
    const headers = { authorization: `Bearer ${owner.accessToken}`, accept: 'text/event-stream' }
    for (const method of ['GET', 'DELETE'])
      assert.equal((await fetch(`${app.url}/mcp`, { method, headers })).status, 405)
  })

  it('has names that every client takes, no pages and nothing of a person’s account', () => {
    const names = allTools.map(({ definition }) => definition.name)
    assert.equal(new Set(names).size, names.length)
    for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/)
    assert.ok(!names.some(name => /^iam_(session|tokens|account)_|_page_|show_html/.test(name)))
  })

  it('offers a caller only what their role allows', () => {
    const viewer = {
      actor: { type: 'user', userId: 'u' },
      name: 'Kim',
      userId: 'u',
      sessionId: null,
      orgId: 'o',
      role: 'viewer',
      can: (permission: string) => permission.endsWith(':read'),
    } as Principal
    const usable = allTools.filter(tool => mayUse(tool, viewer))
    assert.ok(usable.length > 10)
    assert.ok(usable.every(({ route }) => route.access.endsWith(':read')))
  })
})
