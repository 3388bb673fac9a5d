import type { Graph } from '#modules/flow/contract.ts'

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
