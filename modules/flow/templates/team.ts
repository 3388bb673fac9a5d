/** Templates that keep the team itself informed. */

import { blank, drawn, type WorkflowTemplate } from './workflow-template.ts'

const WEEK = 'now-7d'

const digest: WorkflowTemplate = {
  key: 'weekly_digest',
  name: 'A digest every week',
  description:
    'Every Monday morning, one e-mail says what was won and lost in a week, and which people are new.',
  category: 'team',
  blanks: [
    blank('to', 'Who gets it?', 'email', 'send', 'to'),
    blank('timeZone', 'Where is the morning?', 'time_zone', 'start', 'timeZone'),
  ],
  graph: drawn([
    ['start', 'schedule', 'Mondays at 8', { cron: '0 8 * * 1', timeZone: 'UTC' }],
    [
      'won',
      'find_records',
      'Won deals',
      {
        object: 'deal',
        conditions: [{ field: 'wonAt', op: 'after', value: WEEK }],
        sort: '-value',
        limit: 100,
      },
    ],
    [
      'lost',
      'find_records',
      'Lost deals',
      { object: 'deal', conditions: [{ field: 'lostAt', op: 'after', value: WEEK }], limit: 100 },
    ],
    [
      'people',
      'find_records',
      'New people',
      { object: 'person', conditions: [{ field: 'createdAt', op: 'after', value: WEEK }], limit: 100 },
    ],
    [
      'send',
      'send_email',
      'Send the digest',
      {
        to: '',
        subject: 'The week until {{ now | date: "D MMMM" }}',
        missing: 'empty',
        text: [
          'Won: {{ nodes.won.count }} {{ nodes.won.items | map: "name" | join: ", " }}',
          'Lost: {{ nodes.lost.count }} {{ nodes.lost.items | map: "name" | join: ", " }}',
          'New people: {{ nodes.people.count }}, among them {{ nodes.people.items | map: "name" | slice: 0, 10 | join: ", " }}',
        ].join('\n\n'),
      },
    ],
  ]),
}

const failures: WorkflowTemplate = {
  key: 'failed_workflow_alert',
  name: 'Tell us when a workflow fails',
  description:
    'Whenever a run of any other workflow fails, owners and administrators are told which one and why.',
  category: 'team',
  blanks: [],
  graph: drawn([
    ['start', 'event', 'Workflow failed', { event: 'workflow.failed' }],
    [
      'tell',
      'notify',
      'Tell the owners',
      {
        roles: ['owner', 'admin'],
        title: 'A workflow failed',
        body: '{{ event.payload.reason }}',
      },
    ],
  ]),
}

export const teamTemplates: readonly WorkflowTemplate[] = [digest, failures]
