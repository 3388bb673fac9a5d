import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type AnyRoute, defineRoute } from '#platform/contract/route.ts'
import { declaredErrors } from '#platform/errors.ts'
import { openApiDocument } from '#platform/http/openapi.ts'
import { modules } from '#programs/modules.ts'
import { conventions, routeGroups } from '#programs/route-groups.ts'

interface Media {
  example?: unknown
}
interface Operation {
  operationId: string
  deprecated?: boolean
  tags: string[]
  security: Record<string, string[]>[]
  parameters: { name?: string; description?: string; $ref?: string }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { $ref?: string; headers?: object; content?: Record<string, Media> }>
}
interface Document {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, { content: Record<string, { examples: object }> }> }
}

const routes: readonly AnyRoute[] = modules.flatMap(module => module.routes ?? []).map(({ route }) => route)
const documentOf = async (of: readonly AnyRoute[]) =>
  (await openApiDocument(of, {
    serverUrl: 'https://api.millrace.test',
    version: '0.1.0',
    groups: routeGroups,
    description: conventions,
  })) as unknown as Document

const gone = defineRoute({
  id: 'crm.thing.list',
  method: 'GET',
  path: '/v1/things',
  summary: 'List things',
  access: 'things:read',
  deprecated: { since: '2026-01-01', sunset: '2026-12-31', use: 'crm.person.list' },
  response: z.object({ items: z.array(z.string()) }),
})

/** What the linter finds wrong with a document under its recommended rules. */
async function lint(document: object): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-openapi-'))
  const file = join(folder, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  const linter = join(import.meta.dirname, '../node_modules/@redocly/cli/bin/cli.js')
  const options = ['lint', file, '--extends', 'recommended', '--format', 'json', '--max-problems', '200']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [linter, ...options], {
      cwd: folder,
      maxBuffer: 100_000_000,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    }).catch((error: { stdout: string }) => error)
    const report = JSON.parse(stdout) as {
      problems: { severity: string; ruleId: string; message: string; location: { pointer: string }[] }[]
    }
    return report.problems.map(
      ({ severity, ruleId, message, location }) =>
        `${severity} ${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const document = await documentOf(routes)

describe('the OpenAPI document', () => {
  const operations = Object.values(document.paths).flatMap(methods => Object.values(methods))

  it('has no error and no warning under the recommended rules of a linter', async () => {
    assert.deepEqual(await lint(await documentOf([...routes, gone])), [])
    const broken = { ...document, paths: { '/v1/a/{id}': { get: { responses: {} } } } }
    assert.ok((await lint(broken)).length > 0)
  })

  it('shows examples that the routes themselves accept', () => {
    const wrong: string[] = []
    for (const route of routes.filter(({ path }) => path.startsWith('/v1/'))) {
      const operation = operations.find(({ operationId }) => operationId === route.id)
      assert.ok(operation, route.id)
      const [body, answer] = [
        operation.requestBody?.content['application/json'],
        operation.responses[String(route.status ?? 200)]?.content?.['application/json'],
      ]
      if (route.body && !route.raw) {
        const parsed = route.body.safeParse(body?.example)
        if (!parsed.success) wrong.push(`${route.id} refuses the example of its body: ${parsed.error}`)
      }
      if (route.response) {
        const parsed = route.response.safeParse(answer?.example)
        if (!parsed.success) wrong.push(`${route.id} would not answer its example: ${parsed.error}`)
      }
    }
    // Where the schemas alone do not say enough, the route brings an `example`.
    assert.deepEqual(wrong, [])
  })

  it('lists every error a route declares under its status, with an example', async () => {
    for (const route of routes.filter(({ path }) => path.startsWith('/v1/'))) {
      const operation = operations.find(({ operationId }) => operationId === route.id)
      for (const code of route.errors ?? []) {
        const status = String(declaredErrors().get(code)?.status)
        const name = operation?.responses[status]?.$ref?.split('/').at(-1) ?? ''
        const examples = document.components.responses[name]?.content['application/problem+json']?.examples
        assert.ok(examples && code in examples, `${route.id} does not show ${code}`)
      }
    }
    const wrong = defineRoute({ ...gone, errors: ['nobody.declared_this'] })
    await assert.rejects(documentOf([wrong]), /nobody\.declared_this/)
  })

  it('names the permission of every operation, describes its group and its parameters', async () => {
    for (const { operationId, tags, security, parameters } of operations) {
      const route = routes.find(({ id }) => id === operationId)
      const scopes = route?.access.includes(':') ? [route.access] : []
      for (const scheme of security) assert.deepEqual(Object.values(scheme)[0], scopes, operationId)
      assert.equal(security.length === 0, route?.access === 'public', operationId)
      const group = document.tags.find(({ name }) => name === tags[0])
      assert.ok(group?.description, `${operationId} belongs to the group ${tags[0]}, which is not described`)
      for (const parameter of parameters)
        assert.ok(parameter.$ref ?? parameter.description, `${operationId} ${parameter.name}`)
    }
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  })

  it('marks what is on its way out', async () => {
    const [operation] = Object.values((await documentOf([gone])).paths['/v1/things'] ?? {})
    assert.equal(operation?.deprecated, true)
    assert.ok('Sunset' in (operation?.responses['200']?.headers ?? {}))
  })
})
