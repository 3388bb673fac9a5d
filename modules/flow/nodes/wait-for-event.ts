import { z } from 'zod'
import { eventKindOf, eventKinds, eventTitle } from '../event-kinds.ts'
import { type Handle, NO_FIELDS, type NodeType } from '../node-type.ts'
import { WAIT_UNIT_MS } from './wait.ts'

/** The exit when the event came. */
export const HAPPENED_HANDLE = 'happened'
/** The exit when it did not come in time. */
export const TIMEOUT_HANDLE = 'timeout'

const TIMEOUT_MS_MAX = 366 * WAIT_UNIT_MS.days
const EXITS: readonly Handle[] = [
  { id: HAPPENED_HANDLE, label: 'Happened' },
  { id: TIMEOUT_HANDLE, label: 'Timed out' },
]

export const waitForEventConfig = z
  .strictObject({
    event: z
      .enum(eventKinds.filter(({ waitBy }) => waitBy !== null).map(({ kind }) => kind.type))
      .describe('What has to happen.'),
    match: z
      .enum(['lead', 'key'])
      .default('lead')
      .describe('Whether it has to be about the lead of the run, or a signal with a key.'),
    key: z.string().max(2_000).default('').describe('A template: the key that the signal is sent with.'),
    includeEarlier: z
      .boolean()
      .default(false)
      .describe('Whether a signal counts that came before the wait, since the run was started.'),
    timeout: z.strictObject({
      amount: z.number().positive(),
      unit: z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks']),
    }),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (timeoutMs(config) > TIMEOUT_MS_MAX) refuse('timeout', 'A wait is at most a year.')
    const waitBy = eventKindOf(config.event)?.waitBy
    if (config.match === 'lead' && waitBy === 'key') refuse('match', 'A signal is matched by its key.')
    if (config.match === 'key' && waitBy === 'lead')
      refuse('match', 'Only signals have keys; match by the lead.')
    if (config.match === 'key' && config.key.trim() === '') refuse('key', 'Say which key the signal has.')
    if (config.includeEarlier && config.match !== 'key')
      refuse('includeEarlier', 'Only signals can be waited for backwards.')
  })

export type WaitForEventConfig = z.output<typeof waitForEventConfig>

export const waitForEvent: NodeType<WaitForEventConfig> = {
  type: 'wait_for_event',
  kind: 'logic',
  title: 'Wait for event',
  description:
    'Pauses this branch until something happens, or goes on by another exit when it does not in time.',
  icon: 'hourglass',
  purity: 'local',
  config: waitForEventConfig,
  handles: () => EXITS,
  summary: ({ event, timeout: { amount, unit } }) => `${eventTitle(event)}, at most ${amount} ${unit}`,
  templates: config => (config.match === 'key' ? [{ path: ['key'], text: config.key }] : NO_FIELDS),
  conditions: () => NO_FIELDS,
}

/** How long to wait at most, in whole milliseconds. */
export function timeoutMs({ timeout: { amount, unit } }: Pick<WaitForEventConfig, 'timeout'>): number {
  return Math.ceil(amount * WAIT_UNIT_MS[unit])
}
