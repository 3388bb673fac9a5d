import { z } from 'zod'
import { ConsentPurpose } from '#modules/crm/contract.ts'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { isCalendarDate } from './calendar-date.ts'
import { contentProblems } from './definition/content-problems.ts'
import { formSettings, PARTS_MAX } from './definition/form-settings.ts'
import { PATTERN_MAX, patternProblem } from './definition/text-pattern.ts'
import { FieldKey } from './field-key.ts'
import { VisibleWhen } from './field-visibility.ts'
import { FileRules } from './uploads/file-rules.ts'

/** The longest text an answer may be, in characters; a field can ask for less. */
export const ANSWER_MAX = 10_000

export const FieldType = z.enum([
  'TEXT',
  'LONG_TEXT',
  'EMAIL',
  'PHONE',
  'URL',
  'DROPDOWN',
  'MULTI_SELECT',
  'NUMBER',
  'DATE',
  'CHECKBOX',
  'CONSENT',
  'FILE',
  'HIDDEN',
])
export type FieldType = z.output<typeof FieldType>

const CalendarDate = z.string().refine(isCalendarDate, 'Use a date like 2026-11-30.')

const common = {
  key: FieldKey,
  label: line(),
  help: z.string().trim().max(500).default(''),
  required: z.boolean().default(false),
  page: z
    .number()
    .int()
    .min(0)
    .max(PARTS_MAX - 1)
    .default(0)
    .describe('The part of the form it is asked on, from 0; never one before that of the field above it.'),
}
const visibleWhen = VisibleWhen.optional().describe(
  'When it is asked; left out, always. An answer to a question that is not asked is not stored.',
)
const prefill = z
  .strictObject({
    parameter: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'Use letters, digits, _, . and -.')
      .optional()
      .describe("The parameter of the page's address that fills it in; left out, it is the key."),
    value: line(500).optional().describe('What stands in it when the address says nothing.'),
  })
  .optional()
// A tick has to be made by whoever sends the form, so a checkbox has nothing that fills it in.
const asked = { ...common, visibleWhen, prefill }

function inOrder(rules: { min?: unknown; max?: unknown }): boolean {
  const { min, max } = rules
  return min === undefined || max === undefined || (min as number) <= (max as number)
}
const ORDER_MESSAGE = 'The smallest allowed value is greater than the largest.'
const Amount = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
const Length = z.number().int().min(1).max(ANSWER_MAX)

const TextPattern = z.strictObject({
  expression: z
    .string()
    .min(1)
    .max(PATTERN_MAX)
    .superRefine((expression, check) => {
      const message = patternProblem(expression)
      if (message !== null) check.addIssue({ code: 'custom', message })
    })
    .describe(
      'What the whole answer has to look like, as a regular expression without look-around and back-references: [A-Z]{2}\\d{6}.',
    ),
  message: line(200).describe('What is said to somebody whose answer does not.'),
})

const TextRules = z
  .strictObject({
    minLength: Length.optional(),
    maxLength: Length.optional(),
    pattern: TextPattern.optional(),
    multiline: z.boolean().optional().describe('Shown as several lines; line breaks are allowed.'),
  })
  .refine(rules => inOrder({ min: rules.minLength, max: rules.maxLength }), ORDER_MESSAGE)
const LongTextRules = z
  .strictObject({ minLength: Length.optional(), maxLength: Length.optional() })
  .refine(rules => inOrder({ min: rules.minLength, max: rules.maxLength }), ORDER_MESSAGE)
const Choices = z.number().int().min(1).max(200)
const ChoiceRules = z
  .strictObject({
    min: Choices.optional().describe('How many have to be chosen, when any are.'),
    max: Choices.optional(),
  })
  .refine(inOrder, ORDER_MESSAGE)
const NumberRules = z
  .strictObject({ min: Amount.optional(), max: Amount.optional(), integer: z.boolean().optional() })
  .refine(inOrder, ORDER_MESSAGE)
const DateRules = z
  .strictObject({ min: CalendarDate.optional(), max: CalendarDate.optional() })
  .refine(inOrder, ORDER_MESSAGE)
const NoRules = z.strictObject({})
const Options = z
  .array(line())
  .min(1)
  .max(200)
  .refine(options => new Set(options).size === options.length, 'An option is listed twice.')
const SeveralOptions = Options.refine(
  options => options.every(option => !option.includes('\n')),
  'An option is one line.',
).refine(options => options.join('\n').length <= ANSWER_MAX, `Use at most ${ANSWER_MAX} characters in all.`)

/** One question of a form. Which rules it may have depends on its type. */
export const FormField = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('TEXT'), ...asked, validation: TextRules.default({}) }),
    z.strictObject({ type: z.literal('LONG_TEXT'), ...asked, validation: LongTextRules.default({}) }),
    z.strictObject({ type: z.literal('EMAIL'), ...asked, validation: NoRules.default({}) }),
    z.strictObject({ type: z.literal('PHONE'), ...asked, validation: NoRules.default({}) }),
    z.strictObject({ type: z.literal('URL'), ...asked, validation: NoRules.default({}) }),
    z.strictObject({
      type: z.literal('DROPDOWN'),
      ...asked,
      options: Options,
      validation: NoRules.default({}),
    }),
    z
      .strictObject({
        type: z.literal('MULTI_SELECT'),
        ...asked,
        options: SeveralOptions,
        validation: ChoiceRules.default({}),
      })
      .describe('Several of the options. The answer is stored as text, one option a line, in their order.'),
    z.strictObject({ type: z.literal('NUMBER'), ...asked, validation: NumberRules.default({}) }),
    z.strictObject({ type: z.literal('DATE'), ...asked, validation: DateRules.default({}) }),
    z.strictObject({
      type: z.literal('CHECKBOX'),
      ...common,
      visibleWhen,
      validation: NoRules.default({}),
    }),
    z
      .strictObject({
        type: z.literal('CONSENT'),
        ...common,
        visibleWhen,
        text: z
          .string()
          .trim()
          .min(1)
          .max(2000)
          .describe(
            'What a tick agrees to, in full. [words](https://example.com/privacy) is a link. `label` is what it is called inside the organization.',
          ),
        purpose: ConsentPurpose.nullable()
          .default(null)
          .describe(
            'The use of their data they agree to, recorded with the person; null for other things, such as terms.',
          ),
        validation: NoRules.default({}),
      })
      .describe(
        'A tick under a text. With the answer the version of the form is kept whose text was agreed to.',
      ),
    z
      .strictObject({
        type: z.literal('FILE'),
        ...common,
        visibleWhen,
        validation: FileRules.prefault({}),
      })
      .describe(
        'Files, uploaded while the form is filled in. The answer is stored as their names, one a line.',
      ),
    z
      .strictObject({
        type: z.literal('HIDDEN'),
        ...common,
        required: z.literal(false).default(false),
        prefill,
        validation: NoRules.default({}),
      })
      .describe('Not shown: what the address of the page says, such as utm_source, or a fixed value.'),
  ])
  .meta({ id: 'FormField' })
export type FormField = z.output<typeof FormField>

/** What all fields may have, whether they are shown or not. */
export type ShownField = Pick<FormField, 'key' | 'type'> & {
  readonly visibleWhen?: VisibleWhen | undefined
  readonly prefill?: Prefill | undefined
  readonly options?: readonly string[] | undefined
}
export type Prefill = NonNullable<z.output<typeof prefill>>

export const FormStatus = z.enum(['draft', 'published', 'closed'])
export type FormStatus = z.output<typeof FormStatus>

/** Whether a text is the address of a page, of a host written plainly: it becomes part of the page's own rules. */
function isPageAddress(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    /^https?:\/\//.test(text) &&
    url.username === '' &&
    url.password === '' &&
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(url.hostname)
  )
}

/** The words of a form that are its author's. */
export const formWords = {
  name: line().describe('What the form is called inside the organization.'),
  title: line().describe('The heading of its page.'),
  intro: z.string().trim().max(5000).default(''),
  submitLabel: z.string().trim().max(60).default('').describe('Empty is the word of the language, `Send`.'),
  thankYouTitle: z.string().trim().max(200).default('').describe('Empty is `Thank you` in the language.'),
  thankYouText: z
    .string()
    .trim()
    .max(5000)
    .default('')
    .describe('Empty is `We have received your answers.` in the language.'),
  redirectUrl: z
    .string()
    .trim()
    .max(2000)
    .refine(isPageAddress, 'Use the address of a page like https://example.com/thanks.')
    .nullable()
    .default(null)
    .describe('The page to go to after sending, instead of the thanks. No answers go along.'),
}

const content = { ...formWords, ...formSettings, fields: z.array(FormField).min(1).max(100) }

/** What a form says and asks. The order of the fields is their order on the page. */
export const FormContent = z.strictObject(content).superRefine(checkContent).meta({ id: 'FormContent' })
export type FormContent = z.output<typeof FormContent>

/** A form as a program saves it. */
export const FormDefinition = z
  .strictObject({
    ...content,
    status: FormStatus.default('draft'),
    version: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe(
        'The version the edit began with, 0 for a new form; left out, whatever is there is replaced.',
      ),
  })
  .superRefine(checkContent)
  .meta({ id: 'FormDefinition' })
export type FormDefinition = z.input<typeof FormDefinition>

function checkContent(form: Parameters<typeof contentProblems>[0], check: z.RefinementCtx): void {
  for (const { path, message } of contentProblems(form)) check.addIssue({ code: 'custom', path, message })
}

export const Form = z
  .object({
    id: Id,
    workflowId: Id,
    key: z.string().describe('The random part of its public address.'),
    url: z.string(),
    ...formWords,
    ...formSettings,
    status: FormStatus,
    version: z.number().int().describe('Counts what happened to it; If-Match goes by it.'),
    publishedVersion: z
      .number()
      .int()
      .nullable()
      .describe('The number of the version that visitors saw last; null before the first one.'),
    fields: z.array(FormField),
    publishedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Form' })
export type Form = z.output<typeof Form>
