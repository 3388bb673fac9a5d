import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

/** A day is 24 hours here, whatever daylight saving does; waiting until a date is another node. */
export const WAIT_UNIT_MS = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
} as const

const WAIT_MS_MAX = 366 * WAIT_UNIT_MS.days

export const waitConfig = z
  .strictObject({
    duration: z.strictObject({
      amount: z.number().positive(),
      unit: z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks']),
    }),
  })
  .refine(config => durationMs(config) <= WAIT_MS_MAX, {
    message: 'A wait is at most a year.',
    path: ['duration'],
  })

export type WaitConfig = { duration: { amount: number; unit: keyof typeof WAIT_UNIT_MS } }

export const wait: NodeType<WaitConfig> = {
  type: 'wait',
  kind: 'logic',
  title: 'Wait',
  description: 'Pauses this branch for a time. A waiting run costs nothing.',
  icon: 'clock',
  purity: 'pure',
  config: waitConfig,
  handles: () => MAIN_ONLY,
  summary: ({ duration: { amount, unit } }) => `Wait ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`,
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}

/** The length of the wait in whole milliseconds. */
export function durationMs({ duration: { amount, unit } }: WaitConfig): number {
  return Math.ceil(amount * WAIT_UNIT_MS[unit])
}
