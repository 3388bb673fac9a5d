/** An organization that begins workflows with templates and lives through what they wait for, for tests. */

import assert from 'node:assert/strict'
import { type Activity, createCustomField } from '#modules/crm/contract.ts'
import { crmModule, listActivities, recordKinds, upsertPersonByEmail } from '#modules/crm/index.ts'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { goodAnswers, makeForm, PROJECT_FORM, send } from '#modules/intake/factories.ts'
import { intakeModule, moveLead } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { newId } from '#platform/ids.ts'
import { testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { eventReactions } from '../event-reactions.ts'
import { EngineTest } from '../factories.ts'
import { openFakeWeb } from '../fake-web.ts'
import { flowModule } from '../index.ts'
import { fireDue } from '../schedules.ts'
import { copyTemplate } from '../templates.ts'
import { setWorkflowStatus } from '../workflow-status.ts'
import { createWorkflow, publishWorkflow } from '../workflows.ts'
import type { Filling } from './workflow-template.ts'

type Run = Awaited<ReturnType<EngineTest['read']>>

const AT_REST: readonly Run['status'][] = ['completed', 'failed', 'waiting']
const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]

/** Opens a database with an organization whose events start workflows, and an engine that runs them. */
export async function openGalleryTest(): Promise<GalleryTest> {
  const web = await openFakeWeb()
  const t = await testKit({ modules, reactions: eventReactions, env: { EGRESS_ALLOW: web.host } })
  const owner = await makeOwner(t.kit, 'Olive Owner')
  const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
  const test = new GalleryTest(t, web, owner)
  test.server = server
  await test.engine()
  return test
}

export class GalleryTest extends EngineTest {
  server!: TestServer
  /** What is published, so that it can be put to rest: a workflow hears what the next template's test does. */
  readonly #running = new Set<string>()
  #form: ReturnType<typeof makeForm> | undefined

  /** Begins a workflow with a template, fills it in and publishes it. */
  async begin(key: string, fill: Filling = {}): Promise<string> {
    const workflowId = await this.asOwner(async ctx => {
      const { id } = await copyTemplate(ctx, key, { fill })
      await publishWorkflow(ctx, id)
      return id
    })
    this.#running.add(workflowId)
    return workflowId
  }

  /** Puts what was begun to rest. */
  async restAll(): Promise<void> {
    for (const workflowId of this.#running)
      await this.asOwner(ctx => setWorkflowStatus(ctx, workflowId, 'paused'))
    this.#running.clear()
  }

  /** Lets workflows hear what happened, and gives the runs that one of them has, the first one first, once they are at rest. */
  async runsOf(workflowId: string): Promise<Run[]> {
    while ((await dispatchOnce(this.t.kit)) > 0 || (await this.count('events.pending')) > 0) {}
    const runs = await this.t.asSuperuser<{ id: string }>(
      'select id from flow.runs where workflow_id = $1 order by id',
      [workflowId],
    )
    return Promise.all(runs.map(({ id }) => this.until(id, 'completed', 'failed', 'waiting')))
  }

  /** The only run of a workflow, once it is at rest. */
  async runOf(workflowId: string): Promise<Run> {
    const runs = await this.runsOf(workflowId)
    assert.equal(runs.length, 1, `${runs.length} runs`)
    return runs[0] as Run
  }

  /** The only run of a workflow, which has to come to its end without a failure. */
  async completed(workflowId: string): Promise<Run> {
    const run = await this.runOf(workflowId)
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    return run
  }

  /**
   * Lets the time pass that a run waits for, and gives the run when it is at rest again. A worker that still has the run at hand
   * stores its own state over what is written here, so it is written until the run has gone on.
   */
  async afterWait({ id, stepList }: Run): Promise<Run> {
    const waiting = new Set(stepList.filter(({ status }) => status === 'waiting').map(({ number }) => number))
    for (;;) {
      const run = await this.read(id)
      const isPast = run.stepList.every(({ number, status }) => status !== 'waiting' || !waiting.has(number))
      if (isPast && AT_REST.includes(run.status)) return run
      if (!isPast) await this.#passTime(id)
    }
  }

  async #passTime(runId: string): Promise<void> {
    await this.t.asSuperuser(
      `update flow.run_states set state = jsonb_set(state, '{tokens}', (
         select jsonb_agg(case when token #> '{parked,until}' is null then token
           else jsonb_set(token, '{parked,until}', '0') end)
         from jsonb_array_elements(state->'tokens') token))
       where run_id = $1 and jsonb_array_length(state->'tokens') > 0`,
      [runId],
    )
    await this.t.asSuperuser(
      `update flow.timers set fire_at = now() - interval '1 second' where run_id = $1 and fire_at > now()`,
      [runId],
    )
    this.t.kit.wake.signal('flow')
  }

  /** Makes a schedule look as if its time had come, and gives the run it starts. */
  async atItsTime(workflowId: string): Promise<Run> {
    await this.t.asSuperuser(
      `update flow.schedule_due set due_at = date_trunc('minute', now()) - interval '40 days' where workflow_id = $1`,
      [workflowId],
    )
    await fireDue(this.t.kit)
    return this.completed(workflowId)
  }

  /** A lead by the form, with what else the answers say. Its form has a score beside the fields of every test form. */
  async lead(email: string, answers: Record<string, string | number> = {}): Promise<string> {
    this.#form ??= this.#makeForm()
    const form = await this.#form
    const { leadId } = await send(this.t.kit, form, { ...goodAnswers(email), ...answers })
    assert.ok(leadId)
    return leadId
  }

  async #makeForm() {
    const workflowId = await this.asOwner(ctx => createWorkflow(ctx, { name: 'Form' }))
    const score = { type: 'NUMBER', key: 'score', label: 'Score' } as const
    return makeForm(this.t.kit, this.owner.orgId, { workflowId, fields: [...PROJECT_FORM.fields, score] })
  }

  /** A person with this address. */
  person(email: string): Promise<string> {
    return this.asOwner(async ctx => {
      const met = { email, firstName: 'Pia', lastName: 'Person', phone: '', source: 'test' }
      return (await upsertPersonByEmail(ctx, met)).personId
    })
  }

  make(object: 'person' | 'company' | 'deal', body: object): Promise<string> {
    return this.asOwner(ctx => recordKinds[object].create(ctx, body))
  }

  change(object: 'person' | 'company' | 'deal', id: string, patch: object): Promise<unknown> {
    return this.asOwner(ctx => recordKinds[object].change(ctx, id, patch))
  }

  /** Records as the API gives them. */
  async readRecord(object: 'person' | 'company' | 'deal', id: string) {
    const found = await this.asOwner(ctx => recordKinds[object].read(ctx, [id]))
    return found.get(id) as unknown as Record<string, unknown> & { tags: string[] }
  }

  /** A field of the organization's own. */
  async ownField(object: 'deal', key: string): Promise<void> {
    const body = { object, key, label: key, kind: 'number' as const }
    await this.server.client().call(createCustomField, { body })
  }

  /** What there is to do and was written down about a record, the first one first. */
  async activitiesOf(record: {
    dealId?: string
    personId?: string
    companyId?: string
  }): Promise<Activity[]> {
    const { items } = await this.asOwner(ctx => listActivities(ctx, { ...record, limit: 50 }))
    return items.reverse()
  }

  /** Subjects and texts of e-mails to an address. */
  mailsTo(address: string): Promise<{ subject: string; text: string }[]> {
    return this.t.asSuperuser<{ subject: string; text: string }>(
      `select subject, text_body as text from mail.messages
       where recipients @> jsonb_build_array(jsonb_build_object('address', $1::text)) order by id`,
      [address],
    )
  }

  /** What the owner was told about by a run. */
  async notices(title: string): Promise<string[]> {
    const rows = await this.t.asSuperuser<{ body: string }>(
      'select body from iam.notifications where org_id = $1 and user_id = $2 and title = $3',
      [this.owner.orgId, this.owner.userId, title],
    )
    return rows.map(({ body }) => body)
  }

  /** Another member of the organization. */
  async member(name: string): Promise<{ userId: string }> {
    const { userId } = await makeOwner(this.t.kit, name)
    await addMember(this.t.kit, this.owner.orgId, userId, 'member')
    return { userId }
  }

  moveLead(leadId: string, status: string): Promise<unknown> {
    return this.asOwner(ctx => moveLead(ctx, leadId, { status }))
  }

  /** An address that nobody has yet. */
  address(): string {
    return `${newId()}@example.com`
  }

  override async close(): Promise<void> {
    await this.server.close()
    await super.close()
  }
}
