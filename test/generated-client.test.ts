import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'vite'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'

const packages = join(import.meta.dirname, '../node_modules')

/** What a call of the generated client gives and takes; its own types are checked by nobody here. */
type Call = (options: Record<string, unknown>) => Promise<Record<string, unknown>>
interface GeneratedClient {
  OpenAPI: { BASE: string; TOKEN?: string }
  ApiError: new (...args: never[]) => Error & { status: number; body: { code: string; errors?: object[] } }
  [service: string]: unknown
}

/** A client that a public generator makes from the document, bundled so that Node can load it. */
async function generate(document: string, folder: string): Promise<GeneratedClient> {
  const [input, source, made] = [join(folder, 'openapi.json'), join(folder, 'source'), join(folder, 'made')]
  writeFileSync(input, document)
  const generator = join(packages, 'openapi-typescript-codegen/bin/index.js')
  await promisify(execFile)(process.execPath, [
    ...[generator, '--input', input, '--output', source],
    ...['--client', 'fetch', '--useOptions', '--useUnionTypes'],
  ])
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      lib: { entry: join(source, 'index.ts'), formats: ['es'], fileName: 'client' },
      outDir: made,
      minify: false,
    },
  })
  return (await import(join(made, 'client.js'))) as GeneratedClient
}

describe('a client that a public generator makes', () => {
  let app: TestApp
  let owner: SignedIn
  let client: GeneratedClient
  const folder = mkdtempSync(join(tmpdir(), 'millrace-client-'))
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    client = await generate(await (await fetch(`${app.url}/openapi.json`)).text(), folder)
    client.OpenAPI.BASE = app.url
  })
  after(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })

  /** The method that calls an operation, whichever class it was put into. */
  function callOf(operationId: string): Call {
    const name = operationId.replace(/[._-]([a-z])/g, (_, letter: string) => letter.toUpperCase())
    for (const service of Object.values(client)) {
      const method = (service as Record<string, unknown>)[name]
      if (typeof method === 'function') return options => method.call(service, options) as ReturnType<Call>
    }
    throw new Error(`The generated client has no ${name}.`)
  }

  it('signs in, creates, edits and pages', async () => {
    const tokens = await callOf('iam.tokens.create')({
      requestBody: { email: owner.email, password: owner.password },
    })
    client.OpenAPI.TOKEN = String(tokens.accessToken)
    const create = callOf('flow.workflow.create')
    const made = [
      await create({ requestBody: { name: 'Alpha' }, idempotencyKey: 'generated-1' }),
      await create({ requestBody: { name: 'Beta' } }),
      await create({ requestBody: { name: 'Alpha' }, idempotencyKey: 'generated-1' }),
    ]
    assert.equal(made[0]?.id, made[2]?.id)
    const list = callOf('flow.workflow.list')
    const first = await list({ limit: 1, sort: '-name' })
    const second = await list({ limit: 1, sort: '-name', cursor: first.nextCursor })
    const names = [first, second].flatMap(page => (page.items as { name: string }[]).map(item => item.name))
    assert.deepEqual(names, ['Beta', 'Alpha'])
    const found = await list({ filter: 'name:contains:ALPH' })
    assert.deepEqual(
      (found.items as { id: string }[]).map(item => item.id),
      [made[0]?.id],
    )
    const saved = await callOf('flow.workflow.save_draft')({
      workflowId: made[0]?.id,
      requestBody: { graph: { nodes: [], edges: [] }, revision: made[0]?.revision },
    })
    assert.equal(saved.revision, Number(made[0]?.revision) + 1)
  })

  it('gets errors as the document describes them', async () => {
    const refused = async (call: Promise<unknown>) => {
      const error: unknown = await call.catch((caught: unknown) => caught)
      assert.ok(error instanceof client.ApiError)
      return error
    }
    const invalid = await refused(callOf('flow.workflow.create')({ requestBody: { name: '' } }))
    assert.deepEqual([invalid.status, invalid.body.code], [422, 'request.invalid'])
    assert.equal(invalid.body.errors?.length, 1)
    const missing = await refused(
      callOf('flow.workflow.get')({ workflowId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c' }),
    )
    assert.deepEqual([missing.status, missing.body.code], [404, 'request.not_found'])
    const [workflow] = (await callOf('flow.workflow.list')({})).items as { id: string }[]
    const late = await refused(
      callOf('flow.workflow.save_draft')({
        workflowId: workflow?.id,
        ifMatch: '"99"',
        requestBody: { graph: { nodes: [], edges: [] } },
      }),
    )
    assert.deepEqual([late.status, late.body.code], [412, 'request.changed_meanwhile'])
  })
})
