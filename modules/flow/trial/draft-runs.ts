import type { z } from 'zod'
import type { Context, Kit } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import type { Step } from '../api.ts'
import type { Graph } from '../graph.ts'
import type { LoadedPlan } from '../loaded-plan.ts'
import { exitsOf, STEPS_SHOWN } from '../run-reads.ts'
import type { StepRecord } from '../run-state.ts'
import { effectWords } from './effect-words.ts'
import {
  type Occasion,
  occasionByEvent,
  occasionByRun,
  occasionOf,
  triggerOf,
  usualOccasion,
} from './occasions.ts'
import { stepsOfRun } from './past-steps.ts'
import { type KnownAnswers, standInWorld } from './stand-ins.ts'
import type { DraftRun, TrialEffect } from './trial-api.ts'
import { type Allowance, inTurn, Pace } from './trial-pace.ts'
import { type TrialRun, tryRun } from './trial-run.ts'
import {
  answeredNodes,
  lastOfDraft,
  planOfDraft,
  readTried,
  sameKind,
  seesRuns,
  type Tried,
} from './trial-sources.ts'

const ALLOWANCE: Allowance = { steps: STEPS_SHOWN, ms: 10_000, bytes: 4 * 1024 * 1024 }
const LOGS_SHOWN = 1_000

/** What a draft run is asked to start with; at most one of the three. */
export interface DraftRunRequest {
  readonly input?: Record<string, unknown> | undefined
  readonly runId?: string | undefined
  readonly eventId?: string | undefined
  readonly exits?: Record<string, string> | undefined
}

/** Everything a draft run needs, read before it begins. */
export interface DraftRunPlan {
  readonly orgId: string
  readonly visibility: Visibility
  readonly tried: Tried
  readonly plan: LoadedPlan
  readonly occasion: Occasion
  readonly known: KnownAnswers
}

/**
 * Reads what a draft run needs. Throws `flow.invalid_graph`, `request.not_found`, `flow.not_startable_by`, and
 * `request.forbidden` for a past occasion without the right to see runs.
 */
export async function readDraftRun(
  ctx: Context,
  workflowId: string,
  request: DraftRunRequest,
  http: Http,
): Promise<DraftRunPlan> {
  const tried = await readTried(ctx, workflowId)
  const plan = await planOfDraft(tried)
  const mayLookBack = seesRuns(http)
  const { input, runId, eventId, exits = {} } = request
  if (!mayLookBack && (runId !== undefined || eventId !== undefined)) throw generalErrors.forbidden()
  const { draft, pins } = tried
  const occasion =
    runId !== undefined
      ? await occasionByRun(ctx, workflowId, runId)
      : eventId !== undefined
        ? await occasionByEvent(ctx, workflowId, triggerOf(draft), eventId)
        : input !== undefined
          ? occasionOf(input as JsonObject, 'given', ctx.clock.now())
          : await usualOccasion(ctx, workflowId, draft, { pins, seesRuns: mayLookBack })
  const asked = answeredNodes(draft)
  const last = mayLookBack ? await lastOfDraft(ctx, workflowId, draft, asked) : new Map()
  const sameRun =
    occasion.runId === null ? new Map() : sameKind(draft.nodes, await stepsOfRun(ctx, occasion.runId, asked))
  const { orgId, visibility } = ctx
  return { orgId, visibility, tried, plan, occasion, known: { pins, sameRun, last, exits } }
}

/** Runs the draft in memory. Throws `request.too_many` when too many trials are under way. */
export function runDraft(found: DraftRunPlan, { kit, closed }: Http): Promise<z.input<typeof DraftRun>> {
  return inTurn(kit, found.orgId, async () => {
    const { tried, occasion } = found
    const runId = newId()
    const trial = await tryOccasion(kit, found, new Pace(ALLOWANCE, closed))
    return { ...runOf(runId, tried, occasion, trial), ...shownTrial(trial, tried.draft), logs: logsOf(trial) }
  })
}

/** Follows the draft from one occasion. A past run's id gives what chance decides by, so that it decides the same again. */
export function tryOccasion(
  kit: Kit,
  { orgId, visibility, plan, occasion, known }: Omit<DraftRunPlan, 'tried'>,
  pace: Pace,
): Promise<TrialRun> {
  const runId = occasion.runId ?? newId()
  const world = standInWorld({ kit, orgId, runId, visibility, isForReal: false }, known)
  const header = { orgId, runId, startedAt: occasion.at.getTime(), input: occasion.input }
  return tryRun(plan, header, world, pace)
}

const OVER = { completed: 'completed', failed: 'failed', cancelled: 'cancelled' } as const

/** How a trial ended; one that was stopped is still running. */
export function statusOf({ outcome }: TrialRun): 'completed' | 'failed' | 'cancelled' | 'running' {
  return outcome in OVER ? OVER[outcome as keyof typeof OVER] : 'running'
}

/** Why a trial failed, or null. */
export function errorOf({ state }: TrialRun) {
  const error = state.end?.error ?? null
  if (error === null) return null
  const { code, message, nodeId, step } = error
  return { code, message, nodeId, step }
}

/** What a trial would have done and what stood in for the world. */
export function shownTrial(trial: TrialRun, draft: Graph) {
  const nodes = new Map(draft.nodes.map(node => [node.id, node]))
  const effects: TrialEffect[] = trial.effects
    .filter(({ kind }) => kind !== 'wait_for_event')
    .map(effect => effectWords(effect, nodes.get(effect.nodeId)))
  return { effects, notes: [...trial.notes], isStopped: trial.isStopped }
}

function runOf(runId: string, tried: Tried, occasion: Occasion, trial: TrialRun) {
  const startedAt = occasion.at.toISOString()
  const isOver = trial.state.end !== null
  return {
    id: runId,
    workflowId: tried.id,
    versionId: runId,
    status: statusOf(trial),
    triggerType: triggerOf(tried.draft)?.type ?? 'manual',
    leadId: occasion.leadId,
    leadName: occasion.leadName,
    steps: trial.state.step,
    error: errorOf(trial),
    createdAt: startedAt,
    startedAt,
    finishedAt: isOver ? new Date(trial.endedAt).toISOString() : null,
    workflowName: tried.name,
    version: 0,
    graph: tried.draft,
    input: occasion.input,
    inputOrigin: occasion.origin,
    stepList: trial.steps.slice(0, STEPS_SHOWN).map(shownStep),
    replayOf: occasion.runId,
    nextWakeAt: null,
    durationMs: trial.endedAt - occasion.at.getTime(),
  }
}

function logsOf({ logs }: TrialRun) {
  return logs.slice(0, LOGS_SHOWN).map(({ level, message, nodeId, step, at }) => ({
    level,
    message,
    nodeId,
    step,
    at: new Date(at).toISOString(),
  }))
}

/** A step of a trial as that of a run is shown. */
export function shownStep(step: StepRecord): z.input<typeof Step> {
  const { number, attempt, nodeId, type, status, path, input, output, error } = step
  return {
    number,
    attempt,
    nodeId,
    nodeType: type,
    status,
    exits: exitsOf(step),
    path,
    input,
    output,
    error,
    startedAt: new Date(step.startedAt).toISOString(),
    finishedAt: step.finishedAt === null ? null : new Date(step.finishedAt).toISOString(),
  }
}
