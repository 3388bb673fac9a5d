/** The routes of how a form is used, and what they take and answer. Browser-safe. */

import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { isCalendarDate } from '../calendar-date.ts'
import { FieldKey } from '../field-key.ts'
import { FieldType } from '../form-definition.ts'

export const ShowingDevice = z.enum(['phone', 'tablet', 'desktop', 'unknown'])

export const ShowingProgress = z
  .strictObject({
    token: z.string().max(500).describe('The token of the page.'),
    source: z.string().max(500).default('').describe('utm_source, else the host somebody came from.'),
    device: ShowingDevice.default('unknown').describe('By the width of the screen.'),
    entered: z.array(FieldKey).max(200).default([]).describe('All fields that were entered until now.'),
    lastField: FieldKey.nullable().default(null).describe('The one entered last.'),
  })
  .meta({ id: 'ShowingProgress' })
export type ShowingProgress = z.output<typeof ShowingProgress>

export const reportProgress = defineRoute({
  id: 'intake.showing.report',
  method: 'POST',
  path: '/f/:formKey/progress',
  summary: 'Say how far somebody has come on the page of a form',
  description:
    'Each report says all there is to say, so one that is lost or comes twice does not matter. It says nothing about answers or people: the showing of a page is known by the random id in its token, kept for a day, then counted and gone. Names of sources that could identify somebody count as `other`.',
  access: 'public',
  params: z.strictObject({ formKey: z.string().max(200) }),
  body: ShowingProgress,
  status: 204,
  bodyLimit: 32_768,
  errors: ['intake.page_expired', 'intake.token_invalid', 'request.too_many'],
})

const CalendarDate = z
  .string()
  .refine(isCalendarDate, 'Use a date like 2026-11-30.')
  .meta({ format: 'date', example: '2026-11-30' })

const counts = {
  views: z.number().int(),
  starts: z
    .number()
    .int()
    .describe('Views in which a field was entered, or that were sent without a script.'),
  completions: z.number().int(),
}
const Seconds = z.number().nullable()
const times = {
  medianSeconds: Seconds.describe(
    'From the first entry to sending; null when nothing was sent with a script.',
  ),
  p90Seconds: Seconds.describe('Nine of ten were not slower.'),
}

export const FormAnalytics = z
  .object({
    from: CalendarDate,
    to: CalendarDate,
    timeZone: z.string().describe('Of the organization; days are its days.'),
    ...counts,
    ...times,
    days: z.array(z.object({ day: CalendarDate, ...counts })).describe('Every day of the span, in order.'),
    fields: z
      .array(
        z.object({
          key: FieldKey,
          label: z.string(),
          type: FieldType,
          page: z.number().int(),
          archived: z.boolean(),
          entered: z.number().int().describe('Views in which it was entered.'),
          left: z
            .number()
            .int()
            .describe('Views in which it was entered last, and that were left unsent for half an hour.'),
        }),
      )
      .describe('Those of the form in their order, then archived ones that were entered in the span.'),
    sources: z
      .array(z.object({ source: z.string(), ...counts }))
      .describe(
        'The fifty most frequent. `direct` is nothing that was named, `other` what is not counted by name.',
      ),
    devices: z.array(z.object({ device: ShowingDevice, ...counts })),
    versions: z
      .array(z.object({ version: z.number().int(), ...counts, ...times }))
      .describe('All versions seen in the span, the newest first, whichever one is asked for.'),
  })
  .meta({ id: 'FormAnalytics' })
export type FormAnalytics = z.output<typeof FormAnalytics>

export const AnalyticsQuery = z.strictObject({
  from: CalendarDate.optional().describe('By default 29 days before `to`; at most 731 days before it.'),
  to: CalendarDate.optional().describe('The last day; today by default.'),
  version: z.coerce.number().int().min(1).optional().describe('Of this version of the form only.'),
})
export type AnalyticsQuery = z.output<typeof AnalyticsQuery>

export const getFormAnalytics = defineRoute({
  id: 'intake.form.analyze',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/analytics',
  summary: 'Read how the form of a workflow is used',
  description:
    'Views of its page, how many began and sent it, where they stopped, how long it took and where they came from. A view counts for the day it began on, with whatever followed from it. Counted are pages in a browser; programs, and what was caught as a program, are not. Times are exact to 9.1 %.',
  access: 'forms:read',
  params: z.strictObject({ workflowId: Id }),
  query: AnalyticsQuery,
  response: FormAnalytics,
  errors: ['intake.invalid_span'],
})
