import {
  getApproval,
  getRun,
  getWorkflow,
  getWorkflowMetrics,
  listApprovals,
  listDeadLetters,
  listRunLogs,
  listRuns,
  listWorkflows,
} from '#modules/flow/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { onLive } from '../../shell/live.ts'
import type { LiveMessage } from '../../shell/live-message.ts'
import { queryClient } from '../../shell/query.ts'
import { renewSoon } from '../../shell/renew-soon.ts'

/** A run that is looked at is read again almost at once; lists change with every run and are read once a second. */
const RUN_GAP_MS = 120
const LIST_GAP_MS = 1_000
const FIGURES_GAP_MS = 5_000

function renew(route: Route, params: Record<string, string> | undefined, gapMs: number): void {
  renewSoon(params ? [route.id, { params }] : [route.id], gapMs)
}

function idsOf(message: LiveMessage, type: string): string[] {
  return message.subjects.filter(subject => subject.type === type).map(subject => subject.id)
}

function hear(message: LiveMessage): void {
  for (const runId of idsOf(message, 'run')) {
    // Only what was read before is kept up to date; organizations have far more runs than anybody looks at.
    if (queryClient.getQueryState([getRun.id, { params: { runId } }])) renew(getRun, { runId }, RUN_GAP_MS)
    if (queryClient.getQueriesData({ queryKey: [listRunLogs.id, { params: { runId } }] }).length > 0) {
      renew(listRunLogs, { runId }, LIST_GAP_MS)
    }
  }
  for (const workflowId of idsOf(message, 'workflow')) {
    renew(listRuns, { workflowId }, LIST_GAP_MS)
    // The graph and the version change only when somebody publishes; the counts change with every run.
    if (message.type !== 'run.progressed') {
      renew(getWorkflow, { workflowId }, LIST_GAP_MS)
      renew(getWorkflowMetrics, { workflowId }, FIGURES_GAP_MS)
    }
  }
  if (message.type !== 'run.progressed') renew(listWorkflows, undefined, LIST_GAP_MS)
  hearOfPeople(message)
}

/** What waits for people: a run that goes on may have been decided or taken up again by somebody else. */
function hearOfPeople(message: LiveMessage): void {
  renew(listDeadLetters, undefined, FIGURES_GAP_MS)
  const isAsking = idsOf(message, 'run').some(runId =>
    queryClient
      .getQueryCache()
      .findAll({ queryKey: [listApprovals.id] })
      .some(({ state }) => mentions(state.data, runId)),
  )
  if (isAsking) hearOfApprovals()
}

/** Whether an answer, or one of its pages, lists something of a run. */
function mentions(data: unknown, runId: string): boolean {
  const { items = [], pages = [] } = (data ?? {}) as { items?: { runId?: string }[]; pages?: unknown[] }
  return items.some(item => item.runId === runId) || pages.some(page => mentions(page, runId))
}

function hearOfApprovals(): void {
  renew(listApprovals, undefined, LIST_GAP_MS)
  renew(getApproval, undefined, LIST_GAP_MS)
}

/** Keeps workflows and runs up to date from live messages, whether they are shown or only cached. */
export function renewFlowOnLive(): void {
  onLive('run.', hear)
  onLive('workflow.', hear)
  // Saves are told apart from what happens to a workflow: only whoever looks at its draft has to read it again.
  onLive('draft.saved', message => {
    for (const workflowId of idsOf(message, 'workflow')) renew(getWorkflow, { workflowId }, LIST_GAP_MS)
  })
  // Those who are asked to decide are notified.
  onLive('notification.', hearOfApprovals)
}
