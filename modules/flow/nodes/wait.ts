import { z } from 'zod'
import type { BusinessHours } from '../business-hours.ts'
import { weekdayWords } from '../cron-words.ts'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { DayField, TimeField, TimeZoneField } from '../time-fields.ts'

/** In a duration a day is 24 hours, whatever daylight saving does; in an offset it is a day of the calendar. */
export const WAIT_UNIT_MS = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
} as const

/** Runs are not kept for ever, so no wait is longer than a year. */
export const WAIT_MS_MAX = 366 * WAIT_UNIT_MS.days

const unit = z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks'])
const isWithinAYear = (span: Span) => spanMs(span) <= WAIT_MS_MAX
const YEAR_AT_MOST = 'A wait is at most a year.'

const forDuration = z.strictObject({
  duration: z.strictObject({ amount: z.number().positive(), unit }).refine(isWithinAYear, YEAR_AT_MOST),
})

const untilDate = z.strictObject({
  until: z
    .string()
    .min(1)
    .max(1_000)
    .describe(
      'A date or date and time, usually {{ lead.meeting_at }}. When it is past, the run goes on at once.',
    ),
  timeZone: TimeZoneField.default('UTC').describe(
    'Where the clock is read when the date has no offset of its own.',
  ),
  offset: z
    .strictObject({ amount: z.int().positive(), unit, direction: z.enum(['before', 'after']) })
    .refine(isWithinAYear, YEAR_AT_MOST)
    .optional()
    .describe('How long before or after that date.'),
})

const untilOpen = z.strictObject({
  businessHours: z
    .strictObject({
      timeZone: TimeZoneField,
      days: z.array(z.int().min(1).max(7)).min(1).max(7).describe('1 is Monday, 7 is Sunday.'),
      from: TimeField,
      to: TimeField,
      holidays: z.array(DayField).max(366).default([]).describe('Days it stays closed.'),
    })
    .refine(({ from, to }) => from < to, { message: 'It has to open before it closes.', path: ['to'] })
    .describe('When it is open the run goes on at once, else at the next opening.'),
})

export const waitConfig = z.union([forDuration, untilDate, untilOpen])

interface Span {
  readonly amount: number
  readonly unit: keyof typeof WAIT_UNIT_MS
}

export type WaitConfig = z.infer<typeof waitConfig>

export const wait: NodeType<WaitConfig> = {
  type: 'wait',
  kind: 'logic',
  title: 'Wait',
  description:
    'Pauses this branch for a time, until a date or until business hours. A waiting run costs nothing.',
  icon: 'clock',
  purity: 'pure',
  config: waitConfig,
  handles: () => MAIN_ONLY,
  summary: config => {
    if ('duration' in config) return `Wait ${spanWords(config.duration)}`
    if ('businessHours' in config) return `Until business hours: ${openingWords(config.businessHours)}`
    const { offset, until } = config
    return shortened(offset ? `Until ${spanWords(offset)} ${offset.direction} ${until}` : `Until ${until}`)
  },
  templates: config => ('until' in config ? [{ path: ['until'], text: config.until }] : NO_FIELDS),
  conditions: () => NO_FIELDS,
}

/** The length of a span in whole milliseconds. */
export function spanMs({ amount, unit }: Span): number {
  return Math.ceil(amount * WAIT_UNIT_MS[unit])
}

/** When a place is open, in words. */
export function openingWords({ days, from, to, timeZone }: Omit<BusinessHours, 'holidays'>): string {
  return `${weekdayWords(days.map(day => day % 7))} from ${from} to ${to}, ${timeZone}`
}

function spanWords({ amount, unit }: Span): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
