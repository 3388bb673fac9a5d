import type { RunControl, RunStatus } from '#modules/flow/contract.ts'

const OVER: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled'])

export const isOver = (status: RunStatus): boolean => OVER.has(status)

/** What can be done with a run as it stands. */
export type RunAct = RunControl | 'retry' | 'repeat'

export function actsOn(status: RunStatus): readonly RunAct[] {
  switch (status) {
    case 'failed':
      return ['repeat', 'retry']
    case 'completed':
    case 'cancelled':
      return ['repeat']
    case 'paused':
      return ['cancel', 'resume']
    default:
      return ['cancel', 'pause']
  }
}

/** Whether a run stands where an action was to bring it, or where no action reaches it any more. */
export function hasArrived(action: RunControl, status: RunStatus): boolean {
  if (isOver(status)) return true
  if (action === 'cancel') return false
  return (status === 'paused') === (action === 'pause')
}

const ON_THE_WAY: Readonly<Record<RunControl, string>> = {
  pause: 'Pausing',
  resume: 'Resuming',
  cancel: 'Cancelling',
}

/** The word for a run that was asked for something it has not done yet. */
export const onTheWay = (action: RunControl): string => ON_THE_WAY[action]

interface VarStep {
  readonly number: number
  readonly nodeType: string
  readonly status: string
  readonly path: string
  readonly output: unknown
}

/** The variables as they were when a step began, put together from the steps before it that set some. */
export function varsBefore(steps: readonly VarStep[], number: number): Record<string, unknown> {
  const vars: Record<string, unknown> = {}
  for (const step of steps) {
    if (step.number >= number || step.path !== '' || step.status !== 'completed') continue
    if (step.nodeType === 'set_fields' && typeof step.output === 'object') Object.assign(vars, step.output)
  }
  return vars
}
