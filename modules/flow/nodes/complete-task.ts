import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedRecord, referenceField } from './record-reference.ts'

export const completeTaskConfig = z.strictObject({
  task: referenceField('activity').describe(
    'The id, such as {{ nodes.follow_up.activityId }}. Left empty, the activity of the event that started the run.',
  ),
  deal: namedRecord(
    'Instead of one task: the id of a deal whose open tasks are all completed, up to 100.',
    'deal',
  ),
})

export type CompleteTaskConfig = z.infer<typeof completeTaskConfig>

export const completeTask: NodeType<CompleteTaskConfig> = {
  type: 'complete_task',
  kind: 'action',
  title: 'Complete task',
  description: 'Completes a task, or all open tasks of a deal. One that is done already stays as it is.',
  icon: 'list-checks',
  purity: 'local',
  config: completeTaskConfig,
  handles: () => MAIN_ONLY,
  summary: ({ task, deal }) =>
    deal.trim() === ''
      ? shortened(task.trim() === '' ? 'Complete the task of the event' : `Complete ${task}`)
      : shortened(`Complete the open tasks of ${deal}`),
  templates: ({ task, deal }) => [
    { path: ['task'], text: task },
    { path: ['deal'], text: deal },
  ],
  conditions: () => NO_FIELDS,
}
