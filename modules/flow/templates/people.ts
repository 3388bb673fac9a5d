/** Templates for people: who is hot, who is cold, and who wants to be left alone. */

import { blank, drawn, ORGANIZATION, type WorkflowTemplate } from './workflow-template.ts'

const highScore: WorkflowTemplate = {
  key: 'high_score_alert',
  name: 'When a person scores high',
  description: 'A person whose score passes a mark is tagged hot once, and their owner gets a task to call.',
  category: 'people',
  blanks: [
    {
      key: 'score',
      title: 'From which score on?',
      kind: 'number',
      at: [{ nodeId: 'is_hot', path: ['condition', 'all', 0, 'value'] }],
    },
  ],
  graph: drawn([
    [
      'start',
      'event',
      'Score changed',
      {
        event: 'person.updated',
        condition: { field: 'event.payload.changed', operator: 'contains', value: 'score' },
      },
    ],
    ['person', 'lookup', 'Read the person', { what: 'person', email: '{{ event.payload.personId }}' }],
    [
      'is_hot',
      'filter',
      'High, and not known as hot',
      {
        condition: {
          all: [
            { field: 'nodes.person.person.score', operator: 'greater_or_equal', value: 80 },
            { not: { field: 'nodes.person.person.tags', operator: 'contains', value: 'hot' } },
          ],
        },
      },
    ],
    ['tag', 'change_tags', 'Tag them hot', { object: 'person', addTags: ['hot'] }],
    [
      'call',
      'create_activity',
      'Task to call',
      {
        kind: 'task',
        title: 'Call {{ nodes.person.person.name }}, score {{ nodes.person.person.score }}',
        due: '{{ now }}',
        priority: 'high',
        assignee: '{{ nodes.person.person.ownerUserId }}',
      },
    ],
  ]),
}

const reEngage: WorkflowTemplate = {
  key: 're_engage_cold',
  name: 'Write to people who went quiet',
  description:
    'On the first of each month, up to fifty prospects without anything new for ninety days get one e-mail, and a tag so that it stays one.',
  category: 'people',
  blanks: [
    blank('timeZone', 'Where is the morning?', 'time_zone', 'start', 'timeZone'),
    blank('subject', 'Subject of the e-mail', 'text', 'write', 'subject'),
  ],
  graph: drawn(
    [
      ['start', 'schedule', 'First of the month at 9', { cron: '0 9 1 * *', timeZone: 'UTC' }],
      [
        'find',
        'find_records',
        'Prospects who went quiet',
        {
          object: 'person',
          conditions: [
            { field: 'lifecycleStage', op: 'is', value: 'prospect' },
            { field: 'lastActivityAt', op: 'before', value: 'now-90d' },
            { field: 'email', op: 'not_empty', value: '' },
            { field: 'tags', op: 'has_none', value: 're-engaged, no marketing' },
          ],
          sort: 'lastActivityAt',
          limit: 50,
        },
      ],
      ['each', 'loop', 'For each person', { items: '{{ nodes.find.items }}', onError: 'continue' }],
      [
        'write',
        'send_email',
        'Write to them',
        {
          to: '{{ item.email }}',
          subject: 'Are you still interested?',
          text: `Hello {{ item.firstName | default: item.name }},\n\nwe have not heard from each other for a while. Is there something we can do for you?\n\n${ORGANIZATION}`,
        },
      ],
      [
        'tag',
        'change_tags',
        'Remember it',
        { object: 'person', record: '{{ item.id }}', addTags: ['re-engaged'] },
      ],
    ],
    ['start>find', 'find>each', 'each:each>write', 'write>tag'],
  ),
}

const consent: WorkflowTemplate = {
  key: 'consent_taken_back',
  name: 'Respect a consent that is taken back',
  description:
    'Somebody who takes their consent back is tagged, so that no list writes to them, and a note at their record says when.',
  category: 'people',
  blanks: [],
  graph: drawn([
    [
      'start',
      'event',
      'Consent taken back',
      {
        event: 'consent.recorded',
        condition: { field: 'event.payload.isGiven', operator: 'equals', value: false },
      },
    ],
    ['tag', 'change_tags', 'No marketing', { object: 'person', addTags: ['no marketing'] }],
    [
      'note',
      'create_activity',
      'Note at the record',
      {
        kind: 'note',
        title: 'Consent taken back',
        body: 'For {{ event.payload.purpose }}, on {{ event.at | date: "D MMMM YYYY" }}.',
      },
    ],
  ]),
}

const meeting: WorkflowTemplate = {
  key: 'meeting_reminder',
  name: 'Remind of a meeting',
  description:
    'A day before a meeting begins, the person it is with gets a reminder by e-mail, unless it was called off.',
  category: 'people',
  blanks: [blank('subject', 'Subject of the reminder', 'text', 'write', 'subject')],
  graph: drawn([
    [
      'start',
      'event',
      'New meeting',
      {
        event: 'activity.created',
        condition: {
          all: [
            { field: 'event.payload.kind', operator: 'equals', value: 'meeting' },
            { field: 'event.payload.isDone', operator: 'equals', value: false },
          ],
        },
      },
    ],
    ['planned', 'lookup', 'Read the meeting', { what: 'activity' }],
    [
      'has_time',
      'filter',
      'Has it a time',
      { condition: { field: 'nodes.planned.activity.startsAt', operator: 'is_date' } },
    ],
    [
      'wait',
      'wait',
      'Until a day before',
      {
        until: '{{ nodes.planned.activity.startsAt }}',
        offset: { amount: 1, unit: 'days', direction: 'before' },
      },
    ],
    ['now_planned', 'lookup', 'Read it again', { what: 'activity' }],
    [
      'with',
      'set_fields',
      'Whom is it with',
      {
        fields: [
          {
            name: 'person',
            value: '{{ nodes.now_planned.activity.records | where: "object", "person" | map: "id" | first }}',
          },
        ],
      },
    ],
    [
      'still_on',
      'filter',
      'Still on, and with somebody',
      {
        condition: {
          all: [
            { field: 'nodes.now_planned.activity.completedAt', operator: 'is_empty' },
            { field: 'vars.person', operator: 'is_not_empty' },
          ],
        },
      },
    ],
    ['person', 'lookup', 'Read the person', { what: 'person', email: '{{ vars.person }}' }],
    [
      'write',
      'send_email',
      'Remind them',
      {
        to: '{{ nodes.person.person.email }}',
        subject: 'Tomorrow: {{ nodes.now_planned.activity.title }}',
        text: `Hello {{ nodes.person.person.firstName | default: nodes.person.person.name }},\n\nwe look forward to our meeting on {{ nodes.now_planned.activity.startsAt | date: "D MMMM YYYY, HH:mm" }} UTC.\n\n${ORGANIZATION}`,
      },
    ],
  ]),
}

const callAgain: WorkflowTemplate = {
  key: 'call_again',
  name: 'Call again when nobody answered',
  description: 'A call that ended without an answer becomes a task to call again in two days.',
  category: 'people',
  blanks: [],
  graph: drawn(
    [
      [
        'start',
        'event',
        'New call',
        {
          event: 'activity.created',
          condition: { field: 'event.payload.kind', operator: 'equals', value: 'call' },
        },
      ],
      ['call', 'lookup', 'Read the call', { what: 'activity' }],
      [
        'unanswered',
        'filter',
        'Nobody answered',
        {
          condition: { field: 'nodes.call.activity.outcome', operator: 'in', value: ['no_answer', 'busy'] },
        },
      ],
      [
        'each',
        'loop',
        'For each person',
        { items: '{{ nodes.call.activity.records | where: "object", "person" }}' },
      ],
      [
        'again',
        'create_activity',
        'Task to call again',
        {
          kind: 'task',
          title: 'Call {{ item.name }} again',
          due: '{{ now | date_add: 2, "days" }}',
          assignee: '{{ nodes.call.activity.assigneeUserId }}',
          person: '{{ item.id }}',
        },
      ],
    ],
    ['start>call', 'call>unanswered', 'unanswered>each', 'each:each>again'],
  ),
}

export const peopleTemplates: readonly WorkflowTemplate[] = [highScore, reEngage, consent, meeting, callAgain]
