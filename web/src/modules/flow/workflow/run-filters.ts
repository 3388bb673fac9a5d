import type { RunStatus } from '#modules/flow/contract.ts'

export const RUN_SPANS = ['24h', '7d', '30d'] as const
export type RunSpan = (typeof RUN_SPANS)[number]

/** Which runs of a workflow are listed; all of them without a member. */
export interface RunFilters {
  readonly status?: RunStatus | undefined
  /** The kind of trigger that began them. */
  readonly trigger?: string | undefined
  /** How long ago they began at most. */
  readonly since?: RunSpan | undefined
}

/** A kind of trigger as the language of filters takes it without quotes. */
const PLAIN = /^[a-z0-9_.-]+$/

/** The same in the language of filters; the status has a parameter of its own. */
export function runFilter({ trigger, since }: RunFilters): string | undefined {
  const parts = [
    ...(trigger && PLAIN.test(trigger) ? [`triggerType:is:${trigger}`] : []),
    ...(since ? [`createdAt:after:now-${since}`] : []),
  ]
  return parts.length === 0 ? undefined : parts.join(';')
}

/** Whether anything but the status narrows the list, which acts on many runs at once do not know. */
export function isNarrowed(filters: RunFilters): boolean {
  return runFilter(filters) !== undefined
}
