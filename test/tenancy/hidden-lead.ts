import { createWorkflow, publishWorkflow, saveDraft } from '#modules/flow/index.ts'
import { notifyMembers } from '#modules/iam/index.ts'
import { saveForm, submitForm } from '#modules/intake/index.ts'
import { queueMessage } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { projectForm, thankNewLead } from '#programs/demo-workflow.ts'
import { type TestKit, word } from '#test/database.ts'
import { NO_RECORD } from './sample.ts'

/** A lead with everything that can be about one, and the words that give it away wherever they are shown. */
export interface Telltale {
  readonly workflowId: string
  readonly leadId: string
  /** Ids, name and address: of the lead, of its person, of runs, decisions and messages about it. */
  readonly words: readonly string[]
  /** The id for a parameter of this name; one of nothing for others. */
  idFor(parameter: string): string
}

interface Ids {
  lead: string
  person: string
  run: string
}

/** Makes a workflow with a form, and by it a lead of each name, with a run, a decision, a failure, a message, a notice. */
export async function makeLeads(
  t: TestKit,
  { orgId, userId }: { orgId: string; userId: string },
  names: readonly string[],
): Promise<Telltale[]> {
  const actor = { type: 'user', userId } as const
  const [form, workflowId] = await inOrganization(t.kit, { orgId, actor }, async ctx => {
    const id = await createWorkflow(ctx, { name: `Workflow ${word()}` })
    await saveDraft(ctx, id, { graph: thankNewLead({ amount: 1, unit: 'days' }), revision: 0 })
    await publishWorkflow(ctx, id)
    return [await saveForm(ctx, id, { ...projectForm, fields: [...projectForm.fields] }), id] as const
  })
  const telltales: Telltale[] = []
  for (const name of names) {
    const address = `${word()}@example.com`
    const called = `${name} ${word()}`
    const { leadId } = await submitForm(t.kit, {
      formKey: form.key,
      submissionId: newId(),
      answers: { name: called, email: address, budget: '$500' },
      address: '127.0.0.1',
    })
    const [ids] = await t.asSuperuser<Ids & Record<string, unknown>>(
      `select l.id as lead, l.person_id as person, r.id as run from intake.leads l
       join flow.runs r on r.org_id = l.org_id and r.lead_id = l.id where l.org_id = $1 and l.id = $2`,
      [orgId, leadId],
    )
    if (!ids) throw new Error('The form started no run.')
    const about = { called, address }
    const others = await inOrganization(
      t.kit,
      { orgId, actor: { type: 'system', name: 'test' } },
      async ctx => {
        const [approval, message] = [newId(), newId()]
        const subjects = [{ type: 'lead', id: ids.lead }]
        await ctx.db.query(
          `insert into flow.approvals (org_id, id, run_id, workflow_id, lead_id, node_id, token, title, body, roles)
         values ($1, $2, $3, $4, $5, 'ask', 'ask#1', $6, $7, '{owner,admin,manager,member}')`,
          [orgId, approval, ids.run, workflowId, ids.lead, `Approve ${called}?`, address],
        )
        await ctx.db.query(
          `insert into flow.dead_letters (org_id, run_id, workflow_id, reason) values ($1, $2, $3, $4)`,
          [orgId, ids.run, workflowId, `${address} was refused`],
        )
        await ctx.db.query(
          `insert into flow.logs (org_id, id, run_id, level, message) values ($1, $2, $3, 'info', $4)`,
          [orgId, newId(), ids.run, `Writing to ${address}`],
        )
        await queueMessage(ctx, {
          id: message,
          key: message,
          to: address,
          subject: called,
          text: address,
          html: `<p>${address}</p>`,
          subjects,
        })
        await notifyMembers(ctx, {
          key: ids.run,
          roles: ['owner', 'admin', 'manager', 'member', 'guest'],
          title: `${called} wrote`,
          body: address,
          link: `/leads/${ids.lead}`,
          about: { type: 'lead', id: ids.lead },
        })
        return { approval, message }
      },
    )
    telltales.push(telltaleOf({ workflowId, ids, ...about, ...others }))
  }
  return telltales
}

function telltaleOf(about: {
  workflowId: string
  ids: Ids
  called: string
  address: string
  approval: string
  message: string
}): Telltale {
  const { workflowId, ids, called, address, approval, message } = about
  const byParameter: Record<string, string> = {
    workflowId,
    leadId: ids.lead,
    recordId: ids.lead,
    subjectId: ids.lead,
    personId: ids.person,
    runId: ids.run,
    approvalId: approval,
    messageId: message,
  }
  return {
    workflowId,
    leadId: ids.lead,
    words: [ids.lead, ids.person, ids.run, approval, message, called, address],
    idFor: parameter => byParameter[parameter] ?? NO_RECORD,
  }
}
