import type { GraphNode } from '#modules/flow/contract.ts'

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What a new step of a kind is set to when an empty one would have no exits or say nothing. */
const FIRST: Readonly<Record<string, () => GraphNode['config']>> = {
  schedule: () => ({ cron: '0 9 * * 1-5', timeZone: HERE }),
  event: () => ({ event: 'lead.created' }),
  wait: () => ({ duration: { amount: 1, unit: 'days' } }),
  wait_for_event: () => ({ event: 'email.opened', timeout: { amount: 3, unit: 'days' } }),
  random_split: () => ({
    exits: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ],
  }),
  switch: () => ({ mode: 'rules', rules: [{ id: 'first', label: 'First rule', condition: {} }] }),
  send_email: () => ({ to: '{{ lead.email }}', subject: '', text: '' }),
  repeat: () => ({ maxRounds: 100 }),
}

/** The settings a new step starts with. */
export function firstSettings(type: string): GraphNode['config'] {
  return FIRST[type]?.() ?? {}
}
