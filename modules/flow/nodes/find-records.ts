import { z } from 'zod'
import { COMPANY_FIELDS, DEAL_FIELDS, PERSON_LIST_FIELDS } from '#modules/crm/contract.ts'
import { type FilterFields, OPERATORS } from '#platform/contract/filter.ts'
import { MAIN_ONLY, type NodeType, shortened } from '../node-type.ts'

const FIELDS: Readonly<Record<'person' | 'company' | 'deal', FilterFields>> = {
  person: PERSON_LIST_FIELDS,
  company: COMPANY_FIELDS,
  deal: DEAL_FIELDS,
}
const PLURAL = { person: 'people', company: 'companies', deal: 'deals' } as const

const isOwn = (name: string) => name.startsWith('custom.')

function fieldOf(object: keyof typeof FIELDS, name: string) {
  return Object.hasOwn(FIELDS[object], name) ? FIELDS[object][name] : undefined
}

/** Which setting of a condition is wrong and why; null for one that can be asked. What the organization has of own fields is not known here. */
function faultOf(
  object: keyof typeof FIELDS,
  { field, op, value }: { field: string; op: string; value: string },
): [setting: string, message: string] | null {
  if (isOwn(field)) return null
  const known = fieldOf(object, field)
  if (!known) return ['field', `Lists of ${PLURAL[object]} have no field "${field}".`]
  const operators = OPERATORS[known.type]
  const operands = Object.hasOwn(operators, op) ? operators[op] : undefined
  if (operands === undefined) return ['op', `${field} cannot be compared by "${op}".`]
  return operands === 'none' || value.trim() !== '' ? null : ['value', 'Say what it is compared with.']
}

const everyOperator = [...new Set(Object.values(OPERATORS).flatMap(Object.keys))]

const condition = z.strictObject({
  field: z
    .string()
    .min(1)
    .max(100)
    .describe('A field that lists are filtered by, such as stageEnteredAt or custom.region.'),
  op: z.enum(everyOperator).describe('How it is compared, as in the filters of lists.'),
  value: z
    .string()
    .max(1_000)
    .default('')
    .describe(
      'A value or a template. Days may be counted, such as today-14d; several have commas between them.',
    ),
})

export const findRecordsConfig = z
  .strictObject({
    object: z.enum(['person', 'company', 'deal']).default('person').describe('What is looked for.'),
    conditions: z.array(condition).max(20).default([]).describe('Without any, all are found.'),
    match: z.enum(['all', 'any']).default('all').describe('Whether all conditions have to hold, or any.'),
    sort: z
      .string()
      .max(200)
      .default('')
      .describe('Fields to sort by, with - before one for the greatest first. Left empty, the newest first.'),
    limit: z.int().min(1).max(100).default(25).describe('The most that are found.'),
  })
  .superRefine(({ object, conditions, sort }, context) => {
    for (const [index, condition] of conditions.entries()) {
      const wrong = faultOf(object, condition)
      if (wrong)
        context.addIssue({ code: 'custom', message: wrong[1], path: ['conditions', index, wrong[0]] })
    }
    for (const name of sortedBy(sort)) {
      if (isOwn(name) || fieldOf(object, name)?.sort) continue
      const message = `Lists of ${PLURAL[object]} are not sorted by "${name}".`
      context.addIssue({ code: 'custom', message, path: ['sort'] })
    }
  })

export type FindRecordsConfig = z.infer<typeof findRecordsConfig>

function sortedBy(sort: string): string[] {
  return sort
    .split(',')
    .map(part => part.trim().replace(/^-/, ''))
    .filter(name => name !== '')
}

export const findRecords: NodeType<FindRecordsConfig> = {
  type: 'find_records',
  kind: 'utility',
  title: 'Find records',
  description:
    'Finds people, companies or deals by their fields. The output has "items" and "count", for a loop or a text.',
  icon: 'list-filter',
  purity: 'remote',
  config: findRecordsConfig,
  retry: { attempts: 3, backoffMs: 500, growth: 'exponential' },
  timeoutMs: 30_000,
  handles: () => MAIN_ONLY,
  summary: ({ object, conditions, match }) => {
    const words = conditions.map(({ field, op, value }) =>
      `${field} ${op.replaceAll('_', ' ')} ${value}`.trim(),
    )
    const joined = words.join(match === 'all' ? ' and ' : ' or ')
    return shortened(`Find ${PLURAL[object]}${joined === '' ? '' : ` where ${joined}`}`)
  },
  templates: ({ conditions }) =>
    conditions.map(({ value }, index) => ({ path: ['conditions', index, 'value'], text: value })),
  conditions: () => [],
}
