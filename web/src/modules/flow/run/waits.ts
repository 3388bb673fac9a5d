import { eventTitle, nodeTypes } from '#modules/flow/contract.ts'
import type { Trail } from './run-path.ts'

interface WaitWords {
  /** Behind "Waiting for". */
  readonly what: string
  /** A sentence for the step itself. */
  readonly sentence: string
}

type Waiting = Pick<Trail, 'state' | 'isRetrying' | 'nodeType' | 'last'>

/** What a waiting step waits for, in words; undefined for one that does not wait, or only for a time. */
export function waitWords(trail: Waiting): WaitWords | undefined {
  if (trail.state !== 'waiting' || trail.isRetrying) return undefined
  if (nodeTypes.get(trail.nodeType)?.hasRounds) {
    return { what: 'its rounds', sentence: 'It is over when all its rounds are.' }
  }
  switch (trail.nodeType) {
    case 'approval':
      return { what: 'decision', sentence: 'It waits until somebody approves or rejects.' }
    case 'sub_workflow':
      return { what: 'workflow', sentence: 'It waits until the run it started is over.' }
    case 'wait_for_event':
      return { what: 'event', sentence: `It waits for this to happen: ${eventOf(trail)}.` }
    default:
      return undefined
  }
}

function eventOf({ last: { input } }: Waiting): string {
  const { event } = (typeof input === 'object' && input !== null ? input : {}) as { event?: unknown }
  return typeof event === 'string' ? eventTitle(event) : 'an event'
}

/** Whether a step waits for somebody to decide. */
export function waitsForDecision({ state, nodeType }: Pick<Trail, 'state' | 'nodeType'>): boolean {
  return state === 'waiting' && nodeType === 'approval'
}
