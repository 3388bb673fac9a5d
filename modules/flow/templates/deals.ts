/** Templates for deals: that none is forgotten, and what happens when they end. */

import { blank, drawn, type WorkflowTemplate } from './workflow-template.ts'

const lookUpDeal = (id = 'deal') => [id, 'lookup', 'Read the deal', { what: 'deal' }] as const
const OWNER = '{{ nodes.deal.deal.ownerUserId }}'
const task = (id: string, title: string, due: string, more: object = {}) =>
  [id, 'create_activity', title, { kind: 'task', title, due, assignee: OWNER, ...more }] as const
const days = (count: number) => `{{ now | date_add: ${count}, "days" }}`

const handOver: WorkflowTemplate = {
  key: 'won_hand_over',
  name: 'Hand over a won deal',
  description:
    'When a deal is won, its open tasks are completed, the owner gets the tasks of the hand-over, and the team hears of it.',
  category: 'deals',
  blanks: [blank('invoice', 'Who writes the invoice?', 'member', 'invoice', 'assignee')],
  graph: drawn([
    ['start', 'event', 'Deal won', { event: 'deal.won' }],
    lookUpDeal(),
    ['done', 'complete_task', 'Complete what was open', { deal: '{{ event.payload.dealId }}' }],
    task('kick_off', 'Plan the kick-off of {{ nodes.deal.deal.name }}', days(2)),
    task(
      'introduce',
      'Introduce the team to {{ nodes.deal.deal.person.name | default: "the customer" }}',
      days(3),
    ),
    task('invoice', 'Write the invoice for {{ nodes.deal.deal.name }}', days(5), { assignee: '' }),
    [
      'tell',
      'notify',
      'Tell the team',
      {
        roles: ['owner', 'manager', 'member'],
        title: 'Won: {{ nodes.deal.deal.name }}',
        body: '{{ nodes.deal.deal.company.name | default: nodes.deal.deal.person.name }}, {{ nodes.deal.deal.value | money | default: "no value" }}',
      },
    ],
  ]),
}

const staleDeals: WorkflowTemplate = {
  key: 'stale_deals',
  name: 'Remind of deals that stand still',
  description:
    'Every weekday morning, deals that have been in their stage for two weeks get the tag stale, and their owners a task to move them on.',
  category: 'deals',
  blanks: [blank('timeZone', 'Where is the morning?', 'time_zone', 'start', 'timeZone')],
  graph: drawn(
    [
      ['start', 'schedule', 'Every weekday at 8', { cron: '0 8 * * 1-5', timeZone: 'UTC' }],
      [
        'find',
        'find_records',
        'Deals that stand still',
        {
          object: 'deal',
          conditions: [
            { field: 'status', op: 'is', value: 'open' },
            { field: 'stageEnteredAt', op: 'before', value: 'now-14d' },
            { field: 'tags', op: 'has_not', value: 'stale' },
          ],
          sort: 'stageEnteredAt',
          limit: 100,
        },
      ],
      ['each', 'loop', 'For each deal', { items: '{{ nodes.find.items }}', onError: 'continue' }],
      [
        'remind',
        'create_activity',
        'Task for the owner',
        {
          kind: 'task',
          title: 'Move {{ item.name }} on, or close it',
          body: 'In {{ item.stage.name }} since {{ item.stageEnteredAt | date: "D MMMM" }}.',
          due: '{{ now }}',
          assignee: '{{ item.ownerUserId }}',
          deal: '{{ item.id }}',
        },
      ],
      ['tag', 'change_tags', 'Tag it stale', { object: 'deal', record: '{{ item.id }}', addTags: ['stale'] }],
    ],
    ['start>find', 'find>each', 'each:each>remind', 'remind>tag'],
  ),
}

const movesAgain: WorkflowTemplate = {
  key: 'deal_moves_again',
  name: 'Take the tag stale off a deal that moves',
  description:
    'The other half of the reminder of deals that stand still: a deal that changes its stage is stale no more.',
  category: 'deals',
  blanks: [],
  graph: drawn([
    ['start', 'event', 'Deal moved', { event: 'deal.stage_changed' }],
    lookUpDeal(),
    [
      'is_stale',
      'filter',
      'Only stale ones',
      { condition: { field: 'nodes.deal.deal.tags', operator: 'contains', value: 'stale' } },
    ],
    ['untag', 'change_tags', 'Take the tag away', { object: 'deal', removeTags: ['stale'] }],
  ]),
}

const lostCheckIn: WorkflowTemplate = {
  key: 'lost_check_in',
  name: 'Look again after a lost deal',
  description:
    'Ninety days after a deal was lost, its owner gets a task to get in touch, unless it was won meanwhile.',
  category: 'deals',
  blanks: [blank('days', 'After how many days?', 'number', 'wait', 'duration', 'amount')],
  graph: drawn([
    ['start', 'event', 'Deal lost', { event: 'deal.lost' }],
    ['wait', 'wait', 'Ninety days', { duration: { amount: 90, unit: 'days' } }],
    lookUpDeal(),
    [
      'is_lost',
      'filter',
      'Still lost',
      { condition: { field: 'nodes.deal.deal.status', operator: 'equals', value: 'lost' } },
    ],
    task('ask', 'Ask how it went without us: {{ nodes.deal.deal.name }}', days(1), {
      body: 'Lost because of: {{ nodes.deal.deal.lostReason.name | default: "not said" }}.',
    }),
  ]),
}

const discount: WorkflowTemplate = {
  key: 'discount_approval',
  name: 'Ask before a big discount',
  description:
    'When the discount of a deal, a field of your own, becomes big, owners decide: the deal is tagged, or its owner gets a task to take it back.',
  category: 'deals',
  blanks: [
    {
      key: 'limit',
      title: 'From how much on, in percent?',
      kind: 'number',
      at: [{ nodeId: 'is_big', path: ['condition', 'all', 0, 'value'] }],
    },
  ],
  graph: drawn(
    [
      [
        'start',
        'event',
        'Discount changed',
        {
          event: 'deal.updated',
          condition: { field: 'event.payload.changed', operator: 'contains', value: 'custom.discount' },
        },
      ],
      lookUpDeal(),
      [
        'is_big',
        'filter',
        'Is it big',
        {
          condition: {
            all: [
              { field: 'nodes.deal.deal.custom.discount', operator: 'greater_or_equal', value: 20 },
              { not: { field: 'nodes.deal.deal.tags', operator: 'contains', value: 'discount approved' } },
            ],
          },
        },
      ],
      [
        'ask',
        'approval',
        'May it be so',
        {
          title: '{{ nodes.deal.deal.custom.discount }} percent off for {{ nodes.deal.deal.name }}?',
          text: 'Worth {{ nodes.deal.deal.value | money | default: "nothing yet" }}.',
          roles: ['owner'],
        },
      ],
      ['approved', 'change_tags', 'Tag it approved', { object: 'deal', addTags: ['discount approved'] }],
      task('refused', 'Take back the discount of {{ nodes.deal.deal.name }}', '{{ now }}', {
        body: '{{ nodes.ask.comment }}',
        priority: 'high',
      }),
    ],
    ['start>deal', 'deal>is_big', 'is_big>ask', 'ask:approved>approved', 'ask:rejected>refused'],
  ),
}

const overdue: WorkflowTemplate = {
  key: 'overdue_deals',
  name: 'Ask for a new closing day',
  description:
    'Every Monday, owners of open deals whose expected closing day has passed get a task to say a new one.',
  category: 'deals',
  blanks: [blank('timeZone', 'Where is the morning?', 'time_zone', 'start', 'timeZone')],
  graph: drawn(
    [
      ['start', 'schedule', 'Mondays at 8', { cron: '0 8 * * 1', timeZone: 'UTC' }],
      [
        'find',
        'find_records',
        'Deals that should be closed',
        {
          object: 'deal',
          conditions: [
            { field: 'status', op: 'is', value: 'open' },
            { field: 'expectedCloseOn', op: 'before', value: 'today' },
          ],
          sort: 'expectedCloseOn',
          limit: 100,
        },
      ],
      ['each', 'loop', 'For each deal', { items: '{{ nodes.find.items }}', onError: 'continue' }],
      [
        'ask',
        'create_activity',
        'Task for the owner',
        {
          kind: 'task',
          title: 'When will {{ item.name }} close?',
          body: 'It was expected on {{ item.expectedCloseOn | date: "D MMMM YYYY" }}.',
          due: '{{ now }}',
          assignee: '{{ item.ownerUserId }}',
          deal: '{{ item.id }}',
        },
      ],
    ],
    ['start>find', 'find>each', 'each:each>ask'],
  ),
}

const bigDeal: WorkflowTemplate = {
  key: 'big_deal_alert',
  name: 'Tell the managers of a big deal',
  description: 'A new deal of a large value is tagged, and owners and managers hear of it.',
  category: 'deals',
  blanks: [blank('cents', 'From how many cents on?', 'number', 'is_big', 'condition', 'value')],
  graph: drawn([
    ['start', 'event', 'New deal', { event: 'deal.created' }],
    lookUpDeal(),
    [
      'is_big',
      'filter',
      'Is it big',
      {
        condition: { field: 'nodes.deal.deal.value.amount', operator: 'greater_or_equal', value: 5_000_000 },
      },
    ],
    ['tag', 'change_tags', 'Tag it big', { object: 'deal', addTags: ['big deal'] }],
    [
      'tell',
      'notify',
      'Tell the managers',
      {
        roles: ['owner', 'manager'],
        title: 'A big deal: {{ nodes.deal.deal.name }}',
        body: '{{ nodes.deal.deal.value | money }}',
      },
    ],
  ]),
}

export const dealTemplates: readonly WorkflowTemplate[] = [
  handOver,
  staleDeals,
  movesAgain,
  lostCheckIn,
  discount,
  overdue,
  bigDeal,
]
