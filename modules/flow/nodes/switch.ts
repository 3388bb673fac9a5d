import { z } from 'zod'
import { isForbiddenName } from '#platform/contract/plain-data.ts'
import { conditionSchema } from '../condition.ts'
import type { NodeType } from '../node-type.ts'
import { shortened } from '../node-type.ts'

/** The exit for everything that fits no rule and no case. */
export const ELSE_HANDLE = 'else'
export const EXITS_MAX = 50
const RESERVED: ReadonlySet<string> = new Set(['error', ELSE_HANDLE])

export const exitId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, 'An exit has 1 to 40 letters, digits, dashes and underscores.')
  .refine(id => !RESERVED.has(id) && !isForbiddenName(id), 'This name is taken by another exit.')
  .describe('The name of the exit on edges. It stays the same when the label changes.')

const exitLabel = z.string().max(100).default('').describe('What the exit is called on the canvas.')

export const switchConfig = z
  .strictObject({
    mode: z
      .enum(['rules', 'value'])
      .default('rules')
      .describe('Whether each exit has a condition of its own or stands for one value.'),
    rules: z
      .array(z.strictObject({ id: exitId, label: exitLabel, condition: conditionSchema }))
      .max(EXITS_MAX)
      .default([])
      .describe('Looked at from the first to the last.'),
    all: z
      .boolean()
      .default(false)
      .describe('Whether every rule that holds is taken, side by side, instead of the first one only.'),
    value: z
      .string()
      .max(20_000)
      .default('')
      .describe('A template. What it gives is compared with the value of each case.'),
    cases: z
      .array(
        z.strictObject({
          id: exitId,
          label: exitLabel,
          equals: z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]),
        }),
      )
      .max(EXITS_MAX)
      .default([])
      .describe('One exit for each value, compared like "equals" in conditions.'),
  })
  .superRefine((config, context) => {
    const key = config.mode === 'rules' ? 'rules' : 'cases'
    const exits = config[key]
    if (exits.length === 0) {
      const message = config.mode === 'rules' ? 'There is no rule yet.' : 'There is no case yet.'
      context.addIssue({ code: 'custom', path: [key], message })
    }
    if (config.mode === 'value' && config.value === '')
      context.addIssue({ code: 'custom', path: ['value'], message: 'There is no value to compare.' })
    const seen = new Set<string>()
    exits.forEach(({ id }, index) => {
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: [key, index, 'id'],
          message: `Two exits are called "${id}".`,
        })
      seen.add(id)
    })
  })

export type SwitchConfig = z.infer<typeof switchConfig>

export const switchNode: NodeType<SwitchConfig> = {
  type: 'switch',
  kind: 'logic',
  title: 'Switch',
  description: 'Takes one of several exits: the first whose rule holds or whose value fits, else the last.',
  icon: 'route',
  purity: 'pure',
  config: switchConfig,
  handles: config => [
    ...exitsOf(config).map(({ id, label }) => ({ id, label })),
    { id: ELSE_HANDLE, label: 'Otherwise' },
  ],
  summary: config => {
    const names = exitsOf(config).map(exit => exit.label)
    return shortened(config.mode === 'value' ? `${config.value}: ${names.join(', ')}` : names.join(', '))
  },
  templates: config => (config.mode === 'value' ? [{ path: ['value'], text: config.value }] : []),
  conditions: config =>
    config.mode === 'rules'
      ? config.rules.map(({ condition }, index) => ({ path: ['rules', index, 'condition'], condition }))
      : [],
}

/** The exits besides "else" with the label a person sees. */
function exitsOf(config: SwitchConfig): { id: string; label: string }[] {
  return config.mode === 'rules'
    ? config.rules.map(({ id, label }) => ({ id, label: label || id }))
    : config.cases.map(({ id, label, equals }) => ({ id, label: label || valueLabel(equals) || id }))
}

function valueLabel(value: string | number | boolean | null): string {
  return value === null || value === '' ? 'Empty' : String(value)
}
