/** Templates for customers and for what they say. */

import { blank, drawn, ORGANIZATION, type WorkflowTemplate } from './workflow-template.ts'

const welcome: WorkflowTemplate = {
  key: 'welcome_customer',
  name: 'Welcome a new customer',
  description:
    'When a deal is won, its person becomes active and gets a welcome by e-mail; a month later the owner is asked to call.',
  category: 'customers',
  blanks: [blank('subject', 'Subject of the welcome', 'text', 'write', 'subject')],
  graph: drawn([
    ['start', 'event', 'Deal won', { event: 'deal.won' }],
    ['deal', 'lookup', 'Read the deal', { what: 'deal' }],
    [
      'has_person',
      'filter',
      'Is it with somebody',
      { condition: { field: 'nodes.deal.deal.personId', operator: 'is_not_empty' } },
    ],
    ['person', 'lookup', 'Read the person', { what: 'person', email: '{{ nodes.deal.deal.personId }}' }],
    [
      'active',
      'update_person',
      'Make them a customer',
      { email: '{{ nodes.deal.deal.personId }}', set: [{ name: 'lifecycleStage', value: 'active' }] },
    ],
    [
      'has_address',
      'filter',
      'Is there an address',
      { condition: { field: 'nodes.person.person.email', operator: 'is_not_empty' } },
    ],
    [
      'write',
      'send_email',
      'Welcome them',
      {
        to: '{{ nodes.person.person.email }}',
        subject: 'Welcome to [[organization]]',
        text: `Hello {{ nodes.person.person.firstName | default: nodes.person.person.name }},\n\nthank you for choosing us. You will hear from us in the next days.\n\n${ORGANIZATION}`,
      },
    ],
    ['wait', 'wait', 'A month', { duration: { amount: 30, unit: 'days' } }],
    [
      'call',
      'create_activity',
      'Ask how it goes',
      {
        kind: 'task',
        title: 'Ask {{ nodes.person.person.name }} how it goes',
        due: '{{ now | date_add: 1, "day" }}',
        assignee: '{{ nodes.deal.deal.ownerUserId }}',
        deal: '{{ event.payload.dealId }}',
        person: '{{ nodes.deal.deal.personId }}',
      },
    ],
  ]),
}

const satisfaction: WorkflowTemplate = {
  key: 'satisfaction_follow_up',
  name: 'Follow up on satisfaction',
  description:
    'For a form with the field score, 0 to 10: the happy ones are asked to recommend you, and somebody calls the unhappy ones at once.',
  category: 'customers',
  blanks: [
    blank('owner', 'Who calls the unhappy ones?', 'member', 'call', 'assignee'),
    blank('subject', 'Subject for the happy ones', 'text', 'recommend', 'subject'),
  ],
  graph: drawn(
    [
      [
        'start',
        'event',
        'Form with a score',
        { event: 'lead.created', condition: { field: 'lead.fields.score', operator: 'is_number' } },
      ],
      [
        'score',
        'switch',
        'How happy are they',
        {
          mode: 'rules',
          rules: [
            {
              id: 'happy',
              label: 'Happy',
              condition: { field: 'lead.fields.score', operator: 'greater_or_equal', value: 9 },
            },
            {
              id: 'unhappy',
              label: 'Unhappy',
              condition: { field: 'lead.fields.score', operator: 'less_or_equal', value: 6 },
            },
          ],
        },
      ],
      [
        'recommend',
        'send_email',
        'Ask for a recommendation',
        {
          to: '{{ lead.email }}',
          subject: 'Thank you, {{ lead.name }}',
          text: `Hello {{ lead.name }},\n\nthank you for your kind answer. If you know somebody we could help, tell them about us.\n\n${ORGANIZATION}`,
        },
      ],
      ['promoter', 'change_tags', 'Tag as promoter', { object: 'person', addTags: ['promoter'] }],
      [
        'call',
        'create_activity',
        'Call them',
        {
          kind: 'task',
          title: 'Call {{ lead.name }}: {{ lead.fields.score }} of 10',
          due: '{{ now }}',
          priority: 'high',
          assignee: '',
        },
      ],
      [
        'tell',
        'notify',
        'Tell the managers',
        {
          roles: ['owner', 'manager'],
          title: '{{ lead.name }} is unhappy: {{ lead.fields.score }} of 10',
          body: 'There is a task to call them.',
        },
      ],
    ],
    ['start>score', 'score:happy>recommend', 'recommend>promoter', 'score:unhappy>call', 'call>tell'],
  ),
}

const enrich: WorkflowTemplate = {
  key: 'enrich_company',
  name: 'Look up a new company',
  description:
    'Asks a service of yours about the domain of a new company and writes what it answers, city, country and size, into the record.',
  category: 'customers',
  blanks: [
    {
      key: 'url',
      title: 'Address of the service; the domain is put at its end',
      kind: 'url',
      suffix: '{{ nodes.company.company.domain }}',
      at: [{ nodeId: 'ask', path: ['url'] }],
    },
  ],
  graph: drawn(
    [
      ['start', 'event', 'New company', { event: 'company.created' }],
      ['company', 'lookup', 'Read the company', { what: 'company' }],
      [
        'has_domain',
        'filter',
        'Has it a domain',
        { condition: { field: 'nodes.company.company.domain', operator: 'is_not_empty' } },
      ],
      ['ask', 'http_request', 'Ask the service', { url: '' }],
      [
        'write',
        'update_company',
        'Write it down',
        {
          set: [
            { name: 'city', value: '{{ nodes.ask.body.city | default: nodes.company.company.city }}' },
            {
              name: 'country',
              value: '{{ nodes.ask.body.country | default: nodes.company.company.country }}',
            },
            {
              name: 'employeeRange',
              value: '{{ nodes.ask.body.employees | default: nodes.company.company.employeeRange }}',
            },
          ],
          addTags: ['enriched'],
        },
      ],
      ['unknown', 'change_tags', 'Tag as not found', { object: 'company', addTags: ['not enriched'] }],
    ],
    ['start>company', 'company>has_domain', 'has_domain>ask', 'ask>write', 'ask:error>unknown'],
  ),
}

export const customerTemplates: readonly WorkflowTemplate[] = [welcome, satisfaction, enrich]
