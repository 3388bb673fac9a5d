import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import type { LiveMessage } from '#platform/live/message.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { makeLeads, type Telltale } from '#test/tenancy/hidden-lead.ts'
import { hearable, hearsAll } from './live-hearing.ts'
import { modules } from './modules.ts'
import { subscriptions } from './subscriptions.ts'

describe('what a live stream tells', () => {
  let t: TestKit
  let owner: Person
  let seen: Telltale
  let hidden: Telltale
  before(async () => {
    t = await testKit({ modules, reactions: subscriptions })
    owner = await makeOwner(t.kit)
    const [first, second] = await makeLeads(t, owner, ['Seen', 'Hidden'])
    assert.ok(first && second)
    ;[seen, hidden] = [first, second]
  })
  after(() => t.close())

  const listener = (visibility: Visibility): Principal => ({
    actor: { type: 'user', userId: owner.userId },
    name: 'Listener',
    userId: owner.userId,
    sessionId: null,
    orgId: owner.orgId,
    role: 'member',
    visibility,
    can: () => true,
  })
  const message = (type: string, subjects: LiveMessage['subjects']): LiveMessage => ({
    id: newId(),
    orgId: owner.orgId,
    type,
    subjects,
  })
  const of = (lead: Telltale, ...others: LiveMessage['subjects']) => [
    { type: 'lead', id: lead.leadId },
    { type: 'workflow', id: lead.workflowId },
    { type: 'person', id: lead.idFor('personId') },
    ...others,
  ]

  it('is everything to whoever sees everything', () => {
    assert.equal(hearsAll(listener({})), true)
    assert.equal(hearsAll(listener({ lead: { owners: [], writable: [], readable: [] } })), false)
  })

  it('leaves out hidden records, and of others names only what is seen', async () => {
    const sight = { owners: [], writable: [], readable: [seen.leadId] }
    const nobody = { owners: [], writable: [], readable: [] }
    const heard = await hearable(t.kit, listener({ lead: sight, person: nobody }), [
      message('lead.created', of(seen)),
      message('lead.created', of(hidden)),
      message('run.progressed', [{ type: 'run', id: hidden.idFor('runId') }, ...of(hidden).slice(0, 1)]),
      message('run.progressed', [{ type: 'run', id: newId() }]),
      message('run.progressed', [{ type: 'run', id: seen.idFor('runId') }, ...of(seen).slice(0, 1)]),
      message('workflow.saved', [{ type: 'workflow', id: seen.workflowId }]),
      message('lead.assigned', of(hidden, { type: 'user', id: owner.userId })),
    ])
    assert.deepEqual(
      heard.map(({ type, subjects }) => [type, subjects.map(subject => subject.type)]),
      [
        ['lead.created', ['lead', 'workflow']],
        ['run.progressed', ['run', 'lead']],
        ['workflow.saved', ['workflow']],
        ['lead.assigned', ['lead', 'workflow', 'person', 'user']],
      ],
    )
  })
})
