import { z } from 'zod'
import { parseCron } from '../cron-text.ts'
import { cronWords } from '../cron-words.ts'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'
import { CronField, TimeZoneField } from '../time-fields.ts'

export const scheduleConfig = z.strictObject({
  cron: CronField,
  timeZone: TimeZoneField,
  missed: z
    .enum(['skip', 'one', 'all'])
    .default('one')
    .describe('What is made up for after an outage: nothing, the latest missed time, or the latest hundred.'),
  input: z
    .record(z.string().max(64), z.unknown())
    .optional()
    .describe('What every run is given besides its time.'),
})

export type ScheduleConfig = z.infer<typeof scheduleConfig>

export const schedule: NodeType<ScheduleConfig> = {
  type: 'schedule',
  kind: 'trigger',
  title: 'Schedule',
  description:
    'Starts a run at set times, once for each time, whatever is restarted or published in between.',
  icon: 'calendar-clock',
  purity: 'pure',
  config: scheduleConfig,
  handles: () => MAIN_ONLY,
  summary: ({ cron, timeZone }) => cronWords(parseCron(cron), timeZone),
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}
