import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { isCalendarDate } from './calendar-date.ts'

/** The longest text an answer may be, in characters; a field can ask for less. */
export const ANSWER_MAX = 10_000

export const FieldType = z.enum(['TEXT', 'EMAIL', 'DROPDOWN', 'NUMBER', 'DATE', 'CHECKBOX'])
export type FieldType = z.output<typeof FieldType>

/** Names that mean something else to JavaScript than to people; templates refuse them too. */
const RESERVED_KEYS = ['constructor', 'prototype']

/** What a field is called in answers, templates and conditions. */
export const FieldKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use lower-case letters, digits and _, beginning with a letter.')
  .refine(key => !RESERVED_KEYS.includes(key), 'This key is reserved.')

const CalendarDate = z.string().refine(isCalendarDate, 'Use a date like 2026-11-30.')

const common = {
  key: FieldKey,
  label: line(),
  help: z.string().trim().max(500).default(''),
  required: z.boolean().default(false),
}

function inOrder(rules: { min?: unknown; max?: unknown }): boolean {
  const { min, max } = rules
  return min === undefined || max === undefined || (min as number) <= (max as number)
}
const ORDER_MESSAGE = 'The smallest allowed value is greater than the largest.'
const Amount = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
const Length = z.number().int().min(1).max(ANSWER_MAX)

const TextRules = z
  .strictObject({
    minLength: Length.optional(),
    maxLength: Length.optional(),
    multiline: z.boolean().optional().describe('Shown as several lines; line breaks are allowed.'),
  })
  .refine(rules => inOrder({ min: rules.minLength, max: rules.maxLength }), ORDER_MESSAGE)
const NumberRules = z
  .strictObject({ min: Amount.optional(), max: Amount.optional(), integer: z.boolean().optional() })
  .refine(inOrder, ORDER_MESSAGE)
const DateRules = z
  .strictObject({ min: CalendarDate.optional(), max: CalendarDate.optional() })
  .refine(inOrder, ORDER_MESSAGE)
const NoRules = z.strictObject({})

/** One question of a form. Which rules it may have depends on its type. */
export const FormField = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('TEXT'), ...common, validation: TextRules.default({}) }),
    z.strictObject({ type: z.literal('EMAIL'), ...common, validation: NoRules.default({}) }),
    z.strictObject({
      type: z.literal('DROPDOWN'),
      ...common,
      options: z
        .array(line())
        .min(1)
        .max(200)
        .refine(options => new Set(options).size === options.length, 'An option is listed twice.'),
      validation: NoRules.default({}),
    }),
    z.strictObject({ type: z.literal('NUMBER'), ...common, validation: NumberRules.default({}) }),
    z.strictObject({ type: z.literal('DATE'), ...common, validation: DateRules.default({}) }),
    z.strictObject({ type: z.literal('CHECKBOX'), ...common, validation: NoRules.default({}) }),
  ])
  .meta({ id: 'FormField' })
export type FormField = z.output<typeof FormField>

export const FormStatus = z.enum(['draft', 'published', 'closed'])
export type FormStatus = z.output<typeof FormStatus>

const words = {
  name: line().describe('What the form is called inside the organization.'),
  title: line().describe('The heading of its page.'),
  intro: z.string().trim().max(5000).default(''),
  submitLabel: line(60).default('Send'),
  thankYouTitle: line().default('Thank you'),
  thankYouText: z.string().trim().max(5000).default('We have received your answers.'),
}

/** A form as an editor saves it. The order of the fields is their order on the page. */
export const FormDefinition = z
  .strictObject({
    ...words,
    status: FormStatus.default('draft'),
    fields: z.array(FormField).min(1).max(100),
    version: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe(
        'The version the edit began with, 0 for a new form; left out, whatever is there is replaced.',
      ),
  })
  .superRefine((form, check) => {
    const seen = new Set<string>()
    for (const [index, { key }] of form.fields.entries()) {
      if (seen.has(key)) {
        const message = 'Another field has this key.'
        check.addIssue({ code: 'custom', path: ['fields', index, 'key'], message })
      }
      seen.add(key)
    }
    const email = form.fields.findIndex(field => field.type === 'EMAIL')
    if (email < 0) {
      const message = 'A form needs an e-mail field: the address is who the lead is.'
      check.addIssue({ code: 'custom', path: ['fields'], message })
    } else if (!form.fields[email]?.required) {
      const message = 'The first e-mail field must be required: the address is who the lead is.'
      check.addIssue({ code: 'custom', path: ['fields', email, 'required'], message })
    }
  })
  .meta({ id: 'FormDefinition' })
export type FormDefinition = z.input<typeof FormDefinition>

export const Form = z
  .object({
    id: Id,
    workflowId: Id,
    key: z.string().describe('The random part of its public address.'),
    url: z.string(),
    ...words,
    status: FormStatus,
    version: z.number().int(),
    fields: z.array(FormField),
    publishedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Form' })
export type Form = z.output<typeof Form>
