import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { type FormDefinition, FormField, getForm, getLead, saveForm } from './contract.ts'
import { asSystem, BRANCHING_FORM, makeForm, PROJECT_FORM, send } from './factories.ts'
import type { ShownField } from './form-definition.ts'
import { intakeModule } from './index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('the form of a workflow', () => {
  let t: TestKit
  let orgId: string
  let client: Client
  let raw: TestServer['raw']
  const servers: TestServer[] = []
  const serve = async (organization: string, can?: (permission: string) => boolean) => {
    const server = await testServer(t, modules, signedInAs(organization, newId(), can))
    servers.push(server)
    return server
  }
  before(async () => {
    t = await testKit({ modules })
    orgId = anyOrgId()
    const server = await serve(orgId)
    client = server.client()
    raw = server.raw
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const save = (workflowId: string, changes: Partial<FormDefinition> = {}) =>
    client.call(saveForm, { params: { workflowId }, body: { ...PROJECT_FORM, ...changes } })
  const read = (workflowId: string) => client.call(getForm, { params: { workflowId } })
  const problem = (code: string, pointer?: string) => (error: unknown) => {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.code, code)
    if (pointer !== undefined) assert.equal(error.problem.errors?.[0]?.pointer, pointer)
    return true
  }
  const without = (...keys: string[]) => PROJECT_FORM.fields.filter(field => !keys.includes(field.key))

  it('reads back as it was saved, with an address of its own', async () => {
    const workflowId = newId()
    const saved = await save(workflowId)
    assert.deepEqual(await read(workflowId), saved)
    assert.deepEqual(
      saved.fields.map(field => field.key),
      PROJECT_FORM.fields.map(field => field.key),
    )
    assert.match(saved.key, /^[a-z0-9]{26}$/)
    assert.equal(saved.url, `${t.kit.config.publicUrl}/f/${saved.key}`)
    assert.deepEqual([saved.version, saved.status, saved.title], [1, 'published', PROJECT_FORM.title])
    assert.notEqual((await save(newId())).key, saved.key)
  })

  it('reads back conditions, rules and what fills in its fields, and forgets what is left out', async () => {
    const workflowId = newId()
    const { fields } = await save(workflowId, BRANCHING_FORM)
    assert.deepEqual(
      fields,
      BRANCHING_FORM.fields.map(field => FormField.parse(field)),
    )
    const plain = await save(workflowId, {
      fields: fields.map(field => {
        const { visibleWhen: _, prefill: __, ...rest }: ShownField = field
        return rest as FormField
      }),
    })
    assert.ok(plain.fields.every(field => !('visibleWhen' in field) && !('prefill' in field)))
  })

  it('keeps its address and counts its versions when it is saved again', async () => {
    const workflowId = newId()
    const first = await save(workflowId)
    assert.equal(first.redirectUrl, null)
    const there = { redirectUrl: 'https://example.com/thanks' }
    assert.equal((await save(newId(), there)).redirectUrl, there.redirectUrl)
    const second = await save(workflowId, { title: 'New title', fields: [...PROJECT_FORM.fields].reverse() })
    assert.deepEqual([second.id, second.key, second.version], [first.id, first.key, 2])
    assert.equal(second.publishedAt, first.publishedAt)
    assert.deepEqual(
      second.fields.map(field => field.key),
      PROJECT_FORM.fields.map(field => field.key).reverse(),
    )
  })

  it('is not overwritten by an edit that began with an older version', async () => {
    const workflowId = newId()
    await assert.rejects(save(workflowId, { version: 1 }), problem('request.changed_meanwhile'))
    await save(workflowId, { version: 0 })
    await assert.rejects(save(workflowId, { version: 0 }), problem('request.changed_meanwhile'))
    assert.equal((await save(workflowId, { version: 1 })).version, 2)
  })

  it('is made once when two editors save it at the same moment', async () => {
    const workflowId = newId()
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => save(workflowId)))
    const failed = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    assert.ok(failed.every(error => error instanceof ProblemError && error.status === 412))
    const saved = results.flatMap(result => (result.status === 'fulfilled' ? [result.value.id] : []))
    assert.equal(new Set(saved).size, 1)
  })

  it('archives a field that is left out, with its answers, and brings both back with its key', async () => {
    const workflowId = newId()
    const form = await save(workflowId)
    const { leadId } = await send(t.kit, form)
    const answer = async () => {
      const lead = await client.call(getLead, { params: { leadId: leadId ?? '' } })
      return lead.answers.find(({ key }) => key === 'budget')
    }
    const shortened = await save(workflowId, { fields: without('budget') })
    assert.ok(!shortened.fields.some(field => field.key === 'budget'))
    assert.deepEqual(await answer(), {
      key: 'budget',
      label: 'Budget',
      type: 'DROPDOWN',
      value: '$5000',
      archived: true,
      textVersion: null,
    })
    await save(workflowId)
    assert.equal((await answer())?.archived, false)
    const [{ n } = { n: 0 }] = await t.asSuperuser<{ n: number }>(
      'select count(*)::int as n from intake.form_fields where org_id = $1 and form_id = $2',
      [orgId, form.id],
    )
    assert.equal(n, PROJECT_FORM.fields.length)
  })

  it('lets a field change its type until it has answers', async () => {
    const workflowId = newId()
    const retyped: FormDefinition['fields'] = [
      ...without('seats'),
      { type: 'TEXT', key: 'seats', label: 'Seats' },
    ]
    await save(workflowId)
    await save(workflowId, { fields: retyped })
    const form = await save(workflowId)
    await send(t.kit, form)
    const at = retyped.length - 1
    await assert.rejects(
      save(workflowId, { fields: retyped }),
      problem('intake.field_has_answers', `/fields/${at}/type`),
    )
    // Nor by way of the archive.
    await save(workflowId, { fields: without('seats') })
    await assert.rejects(save(workflowId, { fields: retyped }), problem('intake.field_has_answers'))
    assert.equal((await read(workflowId)).version, 4)
  })

  it('cannot lose a field with answers, not even by SQL', async () => {
    const form = await save(newId())
    await send(t.kit, form)
    await assert.rejects(
      asSystem(t.kit, orgId, ctx =>
        ctx.db.query(
          `delete from intake.form_fields where org_id = $1 and form_id = $2 and field_key = 'budget'`,
          [orgId, form.id],
        ),
      ),
      /lead_values_field/,
    )
  })

  it('is refused with a pointer to what is wrong', async () => {
    const name = { type: 'TEXT', key: 'name', label: 'Name' } as const
    const email = { type: 'EMAIL', key: 'email', label: 'E-mail', required: true } as const
    const cases: [Record<string, unknown>, string][] = [
      [{ title: ' ' }, '/title'],
      [{ title: 'x'.repeat(201) }, '/title'],
      [{ name: 5 }, '/name'],
      [{ status: 'live' }, '/status'],
      ...[
        'javascript:alert(1)',
        'https:example.com',
        'example.com',
        'https://a:b@example.com',
        'https://a;b.example',
        `https://example.com/${'x'.repeat(2000)}`,
      ].map((redirectUrl): [Record<string, unknown>, string] => [{ redirectUrl }, '/redirectUrl']),
      [{ extra: true }, '/extra'],
      [{ version: -1 }, '/version'],
      [{ title: 'a\u0000b' }, '/title'],
      [{ fields: [] }, '/fields'],
      [{ fields: [name] }, '/fields'],
      [{ fields: [name, { ...email, required: false }] }, '/fields/1/required'],
      [{ fields: [email, email] }, '/fields/1/key'],
      [{ fields: [email, { ...name, key: 'Name' }] }, '/fields/1/key'],
      [{ fields: [email, { ...name, key: '__proto__' }] }, '/fields/1/key'],
      [{ fields: [email, { ...name, key: 'constructor' }] }, '/fields/1/key'],
      [{ fields: [email, { ...name, key: 'x'.repeat(64) }] }, '/fields/1/key'],
      [{ fields: [email, { ...name, type: 'SIGNATURE' }] }, '/fields/1/type'],
      [{ fields: [email, { ...name, type: 'MULTI_SELECT' }] }, '/fields/1/options'],
      [{ fields: [email, { ...name, type: 'MULTI_SELECT', options: ['a\nb'] }] }, '/fields/1/options'],
      [
        { fields: [email, { ...name, type: 'MULTI_SELECT', options: ['a'], validation: { min: 2 } }] },
        '/fields/1/validation/min',
      ],
      [{ fields: [email, { ...name, type: 'HIDDEN', required: true }] }, '/fields/1/required'],
      [{ fields: [email, { ...name, type: 'CHECKBOX', prefill: {} }] }, '/fields/1/prefill'],
      [{ fields: [email, { ...name, prefill: { parameter: 'a b' } }] }, '/fields/1/prefill/parameter'],
      [{ fields: [email, { ...name, visibleWhen: { conditions: [] } }] }, '/fields/1/visibleWhen/conditions'],
      [
        {
          fields: [
            email,
            { ...name, visibleWhen: { conditions: [{ field: 'name', operator: 'is_answered' }] } },
          ],
        },
        '/fields/1/visibleWhen/conditions/0/field',
      ],
      [{ fields: [email, { ...name, options: ['a'] }] }, '/fields/1/options'],
      [{ fields: [email, { ...name, type: 'DROPDOWN' }] }, '/fields/1/options'],
      [{ fields: [email, { ...name, type: 'DROPDOWN', options: ['a', 'a'] }] }, '/fields/1/options'],
      [{ fields: [email, { ...name, validation: { min: 1 } }] }, '/fields/1/validation/min'],
      [{ fields: [email, { ...name, validation: { minLength: 9, maxLength: 3 } }] }, '/fields/1/validation'],
      [
        { fields: [email, { ...name, type: 'NUMBER', validation: { min: 2, max: 1 } }] },
        '/fields/1/validation',
      ],
      [
        { fields: [email, { ...name, type: 'DATE', validation: { min: '2026-02-30' } }] },
        '/fields/1/validation/min',
      ],
      [{ fields: Array.from({ length: 101 }, (_, n) => ({ ...email, key: `e${n}` })) }, '/fields'],
    ]
    const workflowId = newId()
    for (const [changes, pointer] of cases) {
      const response = await raw(`/v1/workflows/${workflowId}/form`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...PROJECT_FORM, ...changes }),
      })
      const { errors } = (await response.json()) as { errors?: { pointer: string }[] }
      assert.equal(response.status, 422, pointer)
      assert.equal(errors?.[0]?.pointer, pointer)
    }
    await assert.rejects(read(workflowId), problem('request.not_found'))
  })

  it('of another organization, a missing one and a malformed id are answered alike', async () => {
    const theirs = await makeForm(t.kit, anyOrgId())
    const answers = []
    for (const id of [theirs.workflowId, newId(), 'x']) {
      const response = await raw(`/v1/workflows/${id}/form`)
      const { requestId: _, ...body } = (await response.json()) as { requestId: string }
      answers.push({ status: response.status, body })
    }
    assert.equal(answers[0]?.status, 404)
    assert.deepEqual(answers[1], answers[0])
    assert.deepEqual(answers[2], answers[0])
  })

  it('is read and saved only by whoever may', async () => {
    const reader = (await serve(orgId, permission => permission === 'forms:read')).client()
    const { workflowId } = await save(newId())
    assert.equal((await reader.call(getForm, { params: { workflowId } })).workflowId, workflowId)
    await assert.rejects(
      reader.call(saveForm, { params: { workflowId }, body: PROJECT_FORM }),
      problem('request.forbidden'),
    )
  })
})
