import type { Run, RunDetail, RunStatus, Workflow } from '#modules/flow/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'
import { durationWords } from '../../../ui/time.ts'
import { sentenceCase } from '../words.ts'
import type { NodeState } from './run-path.ts'

export interface StatusWords {
  readonly kind: StatusKind
  readonly word: string
}

const RUN_STATUS: Readonly<Record<RunStatus, StatusWords>> = {
  pending: { kind: 'pending', word: 'Pending' },
  running: { kind: 'running', word: 'Running' },
  waiting: { kind: 'waiting', word: 'Waiting' },
  paused: { kind: 'paused', word: 'Paused' },
  completed: { kind: 'done', word: 'Completed' },
  failed: { kind: 'failed', word: 'Failed' },
  cancelled: { kind: 'cancelled', word: 'Cancelled' },
}

const NODE_STATE: Readonly<Record<NodeState, StatusWords>> = {
  idle: { kind: 'pending', word: 'Not reached' },
  running: { kind: 'running', word: 'Running' },
  waiting: { kind: 'waiting', word: 'Waiting' },
  completed: { kind: 'done', word: 'Done' },
  failed: { kind: 'failed', word: 'Failed' },
  cancelled: { kind: 'cancelled', word: 'Cancelled' },
}

const WORKFLOW_STATUS: Readonly<Record<Workflow['status'], StatusWords>> = {
  draft: { kind: 'draft', word: 'Draft' },
  active: { kind: 'active', word: 'Active' },
  paused: { kind: 'paused', word: 'Paused' },
  archived: { kind: 'cancelled', word: 'Archived' },
}

export const runStatusWords = (status: RunStatus) => RUN_STATUS[status]
export const nodeStateWords = (state: NodeState) => NODE_STATE[state]
export const workflowStatusWords = (status: Workflow['status']) => WORKFLOW_STATUS[status]

/** How long something took, from milliseconds; what is done in memory takes less than the clock tells. */
export function tookWords(ms: number): string {
  return ms < 1 ? '< 1 ms' : durationWords(ms)
}

/** How long something has taken by now, in whole seconds: it is still counting. */
export function elapsedWords(ms: number): string {
  const whole = Math.max(1_000, Math.floor(ms / 1_000) * 1_000)
  return whole < 60_000 ? `${whole / 1_000} s` : durationWords(whole)
}

/** How long until something goes on: "in 58 s"; "any moment" once the time has come. */
export function untilWords(until: number, now: number): string {
  const left = until - now
  if (left <= 500) return 'any moment'
  return left < 60_000 ? `in ${Math.max(1, Math.round(left / 1000))} s` : `in ${durationWords(left)}`
}

/** How long something still waits: "46 s left"; "any moment" once the time has come. */
export function leftWords(until: number, now: number): string {
  const words = untilWords(until, now)
  return words.startsWith('in ') ? `${words.slice(3)} left` : words
}

/** When something happened after the start of its run: "+0 ms", "+1.2 s". */
export function offsetWords(at: number, start: number): string {
  return `+${durationWords(Math.max(0, at - start))}`
}

export interface FailureWords {
  readonly what: string
  readonly next: string
}

const NEXT: readonly (readonly [prefix: string, words: string])[] = [
  [
    'template.missing_value',
    'Give the placeholder a value for when there is none, such as {{ lead.name | default: "there" }}, and publish.',
  ],
  ['template.', 'Correct the placeholder in the settings of this step and publish.'],
  ['http.invalid_', 'Correct the settings of this step and publish.'],
  ['http.bad_', 'Correct the address in the settings of this step and publish.'],
  ['http.forbidden_address', 'Use a public address: workflows may not call private networks.'],
  ['http.too_large', 'Ask the other system for less at a time.'],
  [
    'http.',
    'Check that the other system is up and accepts this call. An error exit would let runs go on without it.',
  ],
  ['mail.invalid_recipient', 'Check where the address comes from; the form can ask for a valid one.'],
  [
    'effect.refused',
    'Check the settings of this step. If they are right, tell whoever looks after this installation.',
  ],
  ['wait.no_lead', 'Start the workflow by something that is about a lead, or wait for a signal with a key.'],
  ['wait.no_key', 'Correct the key in the settings of this step and publish.'],
  ['person.', 'Check where the value comes from; a form can ask for a valid one.'],
  ['lookup.', 'Give this branch a lead, or look up something else.'],
  ['flow.too_many_steps', 'Check that its loops come to an end, or split the work over several runs.'],
  ['flow.stopped', 'The workflow itself ended this run as failed.'],
  [
    'flow.limit_reached',
    'Allow more runs at once in the settings of the workflow, or let them wait for their turn.',
  ],
  ['workflow.failed', 'The workflow ended this run itself. Start it again once the reason is gone.'],
  ['child.failed', 'Open the run it started to see what went wrong there.'],
  [
    'code.switched_off',
    'Ask whoever looks after this installation to switch scripts on, or do it without one.',
  ],
  ['code.', 'Correct the script in this step and publish. Its log and its input tell more.'],
  ['mail.no_mailbox', 'Connect a mailbox, or choose one that is connected in this step.'],
  ['mail.invalid_content', 'Shorten what this step writes, or what its placeholders bring into it.'],
  ['record.', 'Check what this step writes, and where the values come from.'],
  ['activity.', 'Check the day in the settings of this step; it may come from a placeholder.'],
  ['loop.not_a_list', 'Choose a list to go through in the settings of this step and publish.'],
  ['flow.memory_full', 'Keep less: the outputs that later steps read are too large together.'],
  ['engine.', 'This is not the fault of the workflow. Tell whoever looks after this installation.'],
]

/** Why a run failed, in plain words, and what to do about it. Undefined when it did not fail. */
export function failureWords(
  run: Pick<RunDetail, 'status' | 'error' | 'graph' | 'stepList'>,
): FailureWords | undefined {
  if (run.status !== 'failed') return undefined
  const { error } = run
  if (!error) return { what: 'The run failed without telling why.', next: 'Its last step may tell more.' }
  const node = run.graph.nodes.find(each => each.id === error.nodeId)
  const attempts = run.stepList.filter(
    step => step.nodeId === error.nodeId && step.number === error.step,
  ).length
  const often = attempts > 1 ? ` after ${attempts} attempts` : ''
  const where = node ? `“${node.label ?? sentenceCase(node.type)}” failed${often}` : 'The run failed'
  return { what: `${where}: ${sentence(error.message)}`, next: nextWords(error.code) }
}

/** Why a run of a list failed, and what to do about it, each a sentence. */
export function failureLine(error: NonNullable<Run['error']>): FailureWords {
  return { what: sentence(error.message), next: nextWords(error.code) }
}

/** What a person can do about an error of a step, by its code. */
export function nextWords(code: string): string {
  return NEXT.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'Its input and its log tell more.'
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
