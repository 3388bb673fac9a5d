import { createWorkflow, type Graph, publishWorkflow, saveDraft } from '#modules/flow/contract.ts'
import { type FormDefinition, saveForm } from '#modules/intake/contract.ts'
import type { Client } from '#platform/contract/client.ts'

/** How long the demo workflow waits before its second e-mail. */
export interface DemoWait {
  amount: number
  unit: 'seconds' | 'minutes' | 'hours' | 'days'
}

/**
 * "Thank a new lead": thanks everybody who fills in the form, tells the team at once when the budget is
 * large, and follows up after a wait.
 */
export function thankNewLead(wait: DemoWait): Graph {
  const node = (
    id: string,
    type: string,
    label: string,
    x: number,
    y: number,
    config: Record<string, unknown>,
  ) => ({
    id,
    type,
    label,
    position: { x, y },
    config,
  })
  const edge = (id: string, source: string, target: string, sourceHandle?: string) => ({
    id,
    source,
    target,
    enabled: true,
    ...(sourceHandle ? { sourceHandle } : {}),
  })
  return {
    nodes: [
      node('form', 'form_submitted', 'Form submitted', 0, 120, {}),
      node('budget', 'condition', 'Large budget?', 280, 120, {
        condition: { field: 'lead.fields.budget', operator: 'greater_or_equal', value: 5000 },
      }),
      node('tell_team', 'notify', 'Tell the team', 560, 0, {
        title: 'New lead with a large budget: {{ lead.name }}',
        body: '{{ lead.name }} ({{ lead.email }}) has a budget of {{ lead.fields.budget }}.',
      }),
      node('thank', 'send_email', 'Thank the lead', 840, 120, {
        to: '{{ lead.email }}',
        subject: 'Thank you, {{ lead.name }}',
        text: 'Hello {{ lead.name }},\n\nthank you for telling us about your project. We read every message and will answer within one working day.\n\nThe Acme team',
      }),
      node('wait', 'wait', 'Give it a moment', 1120, 120, { duration: wait }),
      node('follow_up', 'send_email', 'Follow up', 1400, 120, {
        to: '{{ lead.email }}',
        subject: 'Shall we talk this week, {{ lead.name }}?',
        text: 'Hello {{ lead.name }},\n\nwould a short call this week help? Just answer this message with a time that suits you.\n\nThe Acme team',
      }),
    ],
    edges: [
      edge('form-budget', 'form', 'budget'),
      edge('budget-yes', 'budget', 'tell_team', 'true'),
      edge('budget-no', 'budget', 'thank', 'false'),
      edge('team-thank', 'tell_team', 'thank'),
      edge('thank-wait', 'thank', 'wait'),
      edge('wait-follow', 'wait', 'follow_up'),
    ],
  }
}

/** The form that feeds it. */
export const projectForm = {
  name: 'Project enquiry',
  title: 'Tell us about your project',
  intro: 'A few lines are enough. We answer within one working day.',
  submitLabel: 'Send enquiry',
  thankYouTitle: 'Thank you',
  thankYouText: 'Your enquiry has arrived. You will find a confirmation in your mailbox.',
  status: 'published',
  fields: [
    { type: 'TEXT', key: 'name', label: 'Your name', required: true, validation: { maxLength: 120 } },
    { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
    {
      type: 'DROPDOWN',
      key: 'budget',
      label: 'Project budget',
      required: true,
      options: ['$500', '$5000', '$10000+'],
    },
    { type: 'DATE', key: 'start', label: 'When should it begin?' },
    {
      type: 'NUMBER',
      key: 'team_size',
      label: 'People in your team',
      validation: { min: 1, max: 100_000, integer: true },
    },
    {
      type: 'TEXT',
      key: 'message',
      label: 'What do you have in mind?',
      validation: { maxLength: 2000, multiline: true },
    },
    { type: 'CHECKBOX', key: 'newsletter', label: 'Send me news about once a month' },
  ],
} as const satisfies FormDefinition

/** Builds, publishes and opens the demo workflow through the API, as a person would. */
export async function publishThankWorkflow(
  client: Client,
  wait: DemoWait,
): Promise<{ workflowId: string; formKey: string }> {
  const workflow = await client.call(createWorkflow, { body: { name: 'Thank a new lead' } })
  const params = { workflowId: workflow.id }
  await client.call(saveDraft, { params, body: { graph: thankNewLead(wait), revision: workflow.revision } })
  await client.call(publishWorkflow, { params })
  const form = await client.call(saveForm, {
    params,
    body: { ...projectForm, fields: [...projectForm.fields] },
  })
  return { workflowId: workflow.id, formKey: form.key }
}
