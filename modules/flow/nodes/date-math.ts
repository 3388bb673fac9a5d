import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'
import { TimeZoneField } from '../time-fields.ts'

export const dateMathConfig = z.strictObject({
  date: z
    .string()
    .min(1)
    .max(2_000)
    .default('{{ now }}')
    .describe(
      'A template for a date or a date with a time; without an offset it is local time in the time zone.',
    ),
  direction: z.enum(['add', 'subtract']).default('add'),
  amount: z
    .union([z.int().min(0).max(1_000_000), z.string().min(1).max(2_000)])
    .default(0)
    .describe('A whole number, or a template that gives one.'),
  unit: z
    .enum(['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'])
    .default('days')
    .describe('From days on by the calendar: a day later is the same time on the clock.'),
  timeZone: TimeZoneField.default('UTC'),
})

export type DateMathConfig = z.infer<typeof dateMathConfig>

export const dateMath: NodeType<DateMathConfig> = {
  type: 'date_math',
  kind: 'utility',
  title: 'Date math',
  description: 'Moves a date by a span and gives it with its parts in a time zone.',
  icon: 'calendar-plus',
  purity: 'pure',
  config: dateMathConfig,
  handles: () => MAIN_ONLY,
  summary: ({ date, direction, amount, unit }) =>
    shortened(amount === 0 ? date : `${date} ${direction === 'add' ? 'plus' : 'minus'} ${amount} ${unit}`),
  templates: ({ date, amount }) => {
    const fields: TemplateField[] = [{ path: ['date'], text: date }]
    if (typeof amount === 'string') fields.push({ path: ['amount'], text: amount })
    return fields
  },
  conditions: () => NO_FIELDS,
}
