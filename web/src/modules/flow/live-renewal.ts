import { getRun, getWorkflow, listRuns, listWorkflows } from '#modules/flow/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { onLive } from '../../shell/live.ts'
import type { LiveMessage } from '../../shell/live-message.ts'
import { queryClient } from '../../shell/query.ts'
import { coalesced } from './coalesced.ts'

/** A run that is looked at is read again almost at once; lists change with every run and are read once a second. */
const RUN_GAP_MS = 120
const LIST_GAP_MS = 1_000

const renewals = new Map<string, () => void>()

/**
 * Marks cached answers of a route as out of date and reads again those that are shown. Messages come in bursts:
 * one read at a time, and one more after the last message.
 */
function renew(route: Route, params: Record<string, string> | undefined, gapMs: number): void {
  const queryKey = params ? [route.id, { params }] : [route.id]
  const name = JSON.stringify(queryKey)
  let signal = renewals.get(name)
  if (!signal) {
    signal = coalesced(async () => {
      await queryClient.invalidateQueries({ queryKey, refetchType: 'none' })
      // Cancelling the read under way would starve it while messages keep coming.
      await queryClient.refetchQueries({ queryKey, type: 'active' }, { cancelRefetch: false })
    }, gapMs)
    renewals.set(name, signal)
  }
  signal()
}

function idsOf(message: LiveMessage, type: string): string[] {
  return message.subjects.filter(subject => subject.type === type).map(subject => subject.id)
}

function hear(message: LiveMessage): void {
  for (const runId of idsOf(message, 'run')) {
    // Only what was read before is kept up to date; organizations have far more runs than anybody looks at.
    if (queryClient.getQueryState([getRun.id, { params: { runId } }])) renew(getRun, { runId }, RUN_GAP_MS)
  }
  for (const workflowId of idsOf(message, 'workflow')) {
    renew(listRuns, { workflowId }, LIST_GAP_MS)
    // The graph and the version change only when somebody publishes; the counts change with every run.
    if (message.type !== 'run.progressed') renew(getWorkflow, { workflowId }, LIST_GAP_MS)
  }
  if (message.type !== 'run.progressed') renew(listWorkflows, undefined, LIST_GAP_MS)
}

/** Keeps workflows and runs up to date from live messages, whether they are shown or only cached. */
export function renewFlowOnLive(): void {
  onLive('run.', hear)
  onLive('workflow.', hear)
}
