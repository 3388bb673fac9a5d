import { getRun, listRuns } from '#modules/flow/contract.ts'
import { listLeads, submitForm } from '#modules/intake/contract.ts'
import { getMessage, listMessages } from '#modules/mail/contract.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import type { Change, Following } from './follow.ts'

/** What one pass of the demo did and how long it took. */
export interface DemoResult {
  leadId: string
  runId: string
  steps: { node: string; status: string; ms: number }[]
  emails: { to: string; subject: string; messageId: string }[]
  /** Milliseconds from sending the form until the change was heard over the live stream. */
  ms: { submitToLead: number; submitToFirstStep: number; submitToEmail: number }
}

export interface Stage {
  client: Client
  following: Following
  workflowId: string
  formKey: string
}

/** Sends the form once and follows the lead, the run and the e-mails to the end. */
export async function runDemo(stage: Stage, say: (text: string) => void): Promise<DemoResult> {
  const { client, following, workflowId } = stage
  const email = `grace.${newId().slice(-12)}@example.com`
  const mark = following.mark()
  const start = performance.now()
  const since = (at: number) => Math.round((at - start) * 10) / 10
  await client.call(submitForm, {
    params: { formKey: stage.formKey },
    body: {
      submissionId: newId(),
      answers: { name: 'Grace Hopper', email, budget: '$10000+', message: 'We would like to talk.' },
    },
  })
  say(`form accepted            ${since(performance.now())} ms`)
  const leads = await client.call(listLeads, { query: { workflowId, limit: 1 } })
  const lead = leads.items.find(item => item.email === email)
  if (!lead) throw new Error('The form was accepted and the lead is not there.')
  const runs = await client.call(listRuns, { params: { workflowId }, query: { leadId: lead.id } })
  const run = runs.items[0]
  if (!run) throw new Error('The lead is there and its run is not.')
  const heard = (type: string, id: string) =>
    following.heard(
      mark,
      (change: Change) => change.type === type && change.subjects.some(subject => subject.id === id),
    )
  const leadAt = await heard('lead.created', lead.id)
  say(`lead on the board        ${since(leadAt)} ms   ${lead.id}`)
  const stepAt = await heard('run.progressed', run.id)
  say(`first steps of the run   ${since(stepAt)} ms   ${run.id}`)
  const emailAt = await heard('email.sent', lead.id)
  say(`first e-mail             ${since(emailAt)} ms`)
  const doneAt = await heard('workflow.completed', run.id)
  say(`workflow finished        ${since(doneAt)} ms`)
  await following.heardTimes(
    mark,
    2,
    change => change.type === 'email.sent' && change.subjects.some(({ id }) => id === lead.id),
  )
  return {
    leadId: lead.id,
    runId: run.id,
    steps: await stepsOf(client, run.id),
    emails: await emailsTo(client, lead.id, email),
    ms: { submitToLead: since(leadAt), submitToFirstStep: since(stepAt), submitToEmail: since(emailAt) },
  }
}

async function stepsOf(client: Client, runId: string): Promise<DemoResult['steps']> {
  const run = await client.call(getRun, { params: { runId } })
  return run.stepList.map(step => ({
    node: step.nodeId,
    status: step.status,
    ms: step.finishedAt ? Date.parse(step.finishedAt) - Date.parse(step.startedAt) : 0,
  }))
}

async function emailsTo(client: Client, leadId: string, to: string): Promise<DemoResult['emails']> {
  const page = await client.call(listMessages, { query: { subjectId: leadId } })
  const messages = await Promise.all(
    page.items.map(item => client.call(getMessage, { params: { messageId: item.id } })),
  )
  return messages
    .filter(message => message.status === 'sent')
    .map(message => ({ to, subject: message.subject, messageId: message.messageId }))
    .reverse()
}
