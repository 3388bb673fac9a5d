/** Settings about time that several nodes and routes have. Browser-safe. */

import { z } from 'zod'
import { CRON_LENGTH_MAX, cronProblem, isTimeZone } from './cron-text.ts'

/** A schedule in five fields, six with seconds in front, or a name such as `@daily`; what never happens is refused. */
export const CronField = z
  .string()
  .max(CRON_LENGTH_MAX)
  .superRefine((text, issues) => {
    const message = cronProblem(text)
    if (message !== null) issues.addIssue({ code: 'custom', message })
  })
  .meta({ description: 'Minute, hour, day of the month, month, weekday.', example: '0 9 * * 1-5' })

/** A name of the IANA time zone database. */
export const TimeZoneField = z
  .string()
  .max(64)
  .refine(isTimeZone, 'This is not the name of a time zone, such as Europe/Paris.')
  .meta({ example: 'Europe/Paris' })

/** A time of the day, such as 09:00. */
export const TimeField = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write a time such as 09:00.')
  .meta({ example: '09:00' })

/** A day of the calendar, such as 2026-12-25. */
export const DayField = z.iso.date('Write a day such as 2026-12-25.').meta({ example: '2026-12-25' })
