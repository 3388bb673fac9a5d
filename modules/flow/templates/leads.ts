/** Templates for leads: from their first message until somebody talks to them. */

import { blank, drawn, ORGANIZATION, type WorkflowTemplate } from './workflow-template.ts'

const TOMORROW = '{{ now | date_add: 1, "day" }}'

const thankNewLead: WorkflowTemplate = {
  key: 'thank_new_lead',
  name: 'Thank a new lead and tell the team',
  description: 'Answers every new lead at once by e-mail and tells owners and managers who it is.',
  category: 'leads',
  blanks: [blank('subject', 'Subject of the e-mail', 'text', 'thank', 'subject')],
  graph: drawn([
    ['start', 'event', 'New lead', { event: 'lead.created' }],
    [
      'thank',
      'send_email',
      'Thank them',
      {
        to: '{{ lead.email }}',
        subject: 'Thank you, {{ lead.name }}',
        text: `Hello {{ lead.name }},\n\nthank you for your message. We have it and will answer soon.\n\n${ORGANIZATION}`,
      },
    ],
    [
      'tell',
      'notify',
      'Tell the team',
      {
        roles: ['owner', 'manager'],
        title: 'New lead: {{ lead.name }}',
        body: '{{ lead.name }} ({{ lead.email }}) wrote to us.',
      },
    ],
  ]),
}

const roundRobin: WorkflowTemplate = {
  key: 'round_robin_owner',
  name: 'Give new leads to the team in turn',
  description:
    'Members take turns: the person behind a new lead gets an owner and the owner gets a task to call them.',
  category: 'leads',
  blanks: [blank('members', 'Who takes turns?', 'members', 'next', 'choices')],
  graph: drawn([
    ['start', 'event', 'New lead', { event: 'lead.created' }],
    ['next', 'take_turns', 'Whose turn is it', { choices: [] }],
    [
      'give',
      'update_person',
      'Give the person to them',
      { set: [{ name: 'owner', value: '{{ nodes.next.choice }}' }] },
    ],
    [
      'call',
      'create_activity',
      'Task for the owner',
      {
        kind: 'task',
        title: 'Call {{ lead.name }}',
        body: 'A new lead, by {{ lead.email }}.',
        due: TOMORROW,
        assignee: '{{ nodes.next.choice }}',
      },
    ],
    [
      'tell',
      'notify',
      'Tell the owner',
      { roles: [], members: ['{{ nodes.next.choice }}'], title: 'A new lead is yours: {{ lead.name }}' },
    ],
  ]),
}

const followUp: WorkflowTemplate = {
  key: 'follow_up_no_answer',
  name: 'Follow up when nothing happens',
  description:
    'Writes to a new lead, waits three days for the lead to be moved, writes again, and after four more days asks the team to call.',
  category: 'leads',
  blanks: [blank('owner', 'Who calls in the end?', 'member', 'call', 'assignee')],
  graph: drawn(
    [
      ['start', 'event', 'New lead', { event: 'lead.created' }],
      [
        'first',
        'send_email',
        'First e-mail',
        {
          to: '{{ lead.email }}',
          subject: 'Your request, {{ lead.name }}',
          text: `Hello {{ lead.name }},\n\nthank you for getting in touch. When would a short call suit you?\n\n${ORGANIZATION}`,
        },
      ],
      [
        'moved_first',
        'wait_for_event',
        'Moved within three days',
        { event: 'lead.status_changed', timeout: { amount: 3, unit: 'days' } },
      ],
      [
        'second',
        'send_email',
        'Second e-mail',
        {
          to: '{{ lead.email }}',
          subject: 'Still interested, {{ lead.name }}?',
          text: `Hello {{ lead.name }},\n\nwe have not spoken yet. Just answer with a time that suits you.\n\n${ORGANIZATION}`,
        },
      ],
      [
        'moved_second',
        'wait_for_event',
        'Moved within four days',
        { event: 'lead.status_changed', timeout: { amount: 4, unit: 'days' } },
      ],
      [
        'call',
        'create_activity',
        'Ask the team to call',
        {
          kind: 'task',
          title: 'Call {{ lead.name }}: no answer to two e-mails',
          due: '{{ now }}',
          assignee: '',
        },
      ],
    ],
    [
      'start>first',
      'first>moved_first',
      'moved_first:timeout>second',
      'second>moved_second',
      'moved_second:timeout>call',
    ],
  ),
}

const largeLeads: WorkflowTemplate = {
  key: 'deal_for_large_lead',
  name: 'Make a deal out of a large lead',
  description:
    'A lead whose form says a large budget is moved to Qualified, gets a deal of that value, and the managers hear of it.',
  category: 'leads',
  blanks: [blank('budget', 'From which budget on?', 'number', 'is_large', 'condition', 'value')],
  graph: drawn(
    [
      ['start', 'event', 'New lead', { event: 'lead.created' }],
      [
        'is_large',
        'condition',
        'Is the budget large',
        { condition: { field: 'lead.fields.budget', operator: 'greater_or_equal', value: 10_000 } },
      ],
      ['qualify', 'move_lead', 'Move to Qualified', { status: 'QUALIFIED' }],
      [
        'deal',
        'create_deal',
        'Make a deal',
        {
          name: 'Request of {{ lead.name }}',
          value: '{{ lead.fields.budget | to_number }}',
          tags: ['inbound'],
        },
      ],
      [
        'tell',
        'notify',
        'Tell the managers',
        {
          roles: ['owner', 'manager'],
          title: 'A large lead: {{ lead.name }}',
          body: 'Budget {{ lead.fields.budget }}. There is a deal for it now.',
        },
      ],
    ],
    ['start>is_large', 'is_large:true>qualify', 'qualify>deal', 'deal>tell'],
  ),
}

const webhookLead: WorkflowTemplate = {
  key: 'webhook_to_person',
  name: 'People from another system',
  description:
    'Another system sends email, name and company to an address of its own; the person and the company are made or found, and somebody gets a task.',
  category: 'leads',
  blanks: [blank('owner', 'Who gets in touch?', 'member', 'task', 'assignee')],
  graph: drawn(
    [
      ['start', 'webhook', 'Delivery of the other system', { deduplicateBy: { path: 'id' } }],
      [
        'person',
        'create_person',
        'Make the person known',
        {
          email: '{{ webhook.body.email }}',
          firstName: '{{ webhook.body.name | first_name }}',
          lastName: '{{ webhook.body.name | last_name }}',
          tags: ['webhook'],
        },
      ],
      [
        'has_company',
        'condition',
        'Is there a company',
        { condition: { field: 'webhook.body.company', operator: 'is_not_empty' } },
      ],
      [
        'company',
        'create_company',
        'Make the company known',
        { name: '{{ webhook.body.company }}', website: '{{ webhook.body.website }}' },
      ],
      [
        'join',
        'update_person',
        'Put them together',
        {
          email: '{{ webhook.body.email }}',
          set: [{ name: 'company', value: '{{ nodes.company.company }}' }],
        },
      ],
      [
        'task',
        'create_activity',
        'Task to get in touch',
        {
          kind: 'task',
          title: 'Write to {{ webhook.body.name | default: webhook.body.email }}',
          due: TOMORROW,
          person: '{{ webhook.body.email }}',
          assignee: '',
        },
      ],
    ],
    [
      'start>person',
      'person>has_company',
      'has_company:true>company',
      'company>join',
      'join>task',
      'has_company:false>task',
    ],
  ),
}

const badAddress: WorkflowTemplate = {
  key: 'bad_address',
  name: 'When an e-mail could not be delivered',
  description: 'Tags the person behind the lead and writes a task to look for another way to reach them.',
  category: 'leads',
  blanks: [blank('owner', 'Who looks for another address?', 'member', 'task', 'assignee')],
  graph: drawn([
    [
      'start',
      'event',
      'E-mail failed',
      { event: 'email.failed', condition: { field: 'lead.id', operator: 'is_not_empty' } },
    ],
    ['tag', 'change_tags', 'Tag the person', { object: 'person', addTags: ['bad address'] }],
    [
      'task',
      'create_activity',
      'Task to find another way',
      {
        kind: 'task',
        title: 'Find another way to reach {{ lead.name }}',
        body: 'The e-mail to {{ event.payload.to }} was refused: {{ event.payload.reason }}',
        assignee: '',
      },
    ],
  ]),
}

export const leadTemplates: readonly WorkflowTemplate[] = [
  thankNewLead,
  roundRobin,
  followUp,
  largeLeads,
  webhookLead,
  badAddress,
]
