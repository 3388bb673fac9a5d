import type { z } from 'zod'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { exitsOf, STEPS_SHOWN } from '../run-reads.ts'
import { type DraftRunPlan, errorOf, shownTrial, statusOf, tryOccasion } from './draft-runs.ts'
import { type Occasion, triggerOf } from './occasions.ts'
import { stepsOfRun } from './past-steps.ts'
import { type Recent, recentOccasions } from './recent-occasions.ts'
import { DRY_RUN_EXAMPLES, type DryRun, type DryRunExample, type TrialEffect } from './trial-api.ts'
import { type Allowance, inTurn, Pace } from './trial-pace.ts'
import type { TrialRun } from './trial-run.ts'
import { answeredNodes, lastOfDraft, planOfDraft, readTried, sameKind, seesRuns } from './trial-sources.ts'

const ALLOWANCE: Allowance = { steps: 50_000, ms: 10_000, bytes: 64 * 1024 * 1024 }
const ONE: Allowance = { steps: STEPS_SHOWN, ms: 5_000, bytes: 4 * 1024 * 1024 }
const STEPS_OF_EXAMPLE = 200
const EFFECTS_OF_EXAMPLE = 50

interface DryRunPlan extends Omit<DraftRunPlan, 'occasion'> {
  readonly asked: readonly string[]
  readonly recent: Recent
}

/** Reads what a dry run needs. Throws `flow.invalid_graph` and `request.forbidden` without the right to see runs. */
export async function readDryRun(
  ctx: Context,
  workflowId: string,
  { last }: { last: number },
  http: Http,
): Promise<DryRunPlan> {
  const tried = await readTried(ctx, workflowId)
  if (!seesRuns(http)) throw generalErrors.forbidden()
  const plan = await planOfDraft(tried)
  const { draft, pins } = tried
  const asked = answeredNodes(draft)
  const recent = await recentOccasions(ctx, workflowId, triggerOf(draft), last)
  const known = {
    pins,
    sameRun: new Map(),
    last: await lastOfDraft(ctx, workflowId, draft, asked),
    exits: {},
  }
  return { orgId: ctx.orgId, visibility: ctx.visibility, tried, plan, known, asked, recent }
}

/** Follows the draft from every occasion, as many as the time allows. Throws `request.too_many`. */
export function dryRun(found: DryRunPlan, { kit, closed }: Http): Promise<z.input<typeof DryRun>> {
  const { recent, tried, orgId } = found
  return inTurn(kit, orgId, async () => {
    const pace = new Pace(ALLOWANCE, closed)
    const tally = new Tally()
    for (const occasion of recent.occasions) {
      if (pace.stopped !== null) break
      const own = new Pace(ONE, pace.signal)
      const trial = await tryOccasion(kit, { ...(await withOwnSteps(kit, found, occasion)), occasion }, own)
      if (pace.signal.aborted) break
      pace.spend(trial.state.step, 0)
      tally.add(occasion, trial, shownTrial(trial, tried.draft))
      await pace.breathe()
    }
    return {
      what: recent.what,
      looked: recent.looked,
      since: recent.since?.toISOString() ?? null,
      wouldRun: recent.occasions.length,
      ...tally.told(),
      graph: tried.draft,
    }
  })
}

/** With what the run that the occasion did start was answered. */
async function withOwnSteps(kit: Kit, found: DryRunPlan, { runId }: Occasion): Promise<DryRunPlan> {
  const { orgId, visibility, asked, known, tried } = found
  if (runId === null || asked.length === 0) return found
  const actor = { type: 'system', name: 'workflow' } as const
  const steps = await inOrganization(kit, { orgId, actor, visibility }, ctx => stepsOfRun(ctx, runId, asked))
  return { ...found, known: { ...known, sameRun: sameKind(tried.draft.nodes, steps) } }
}

interface Counted {
  readonly kind: string
  readonly nodeId: string
  readonly title: string
  count: number
}

/** Adds up what many trials would have done; the first few are kept whole. */
class Tally {
  readonly #outcomes = { completed: 0, failed: 0, other: 0 }
  readonly #effects = new Map<string, Counted>()
  readonly #examples: z.input<typeof DryRunExample>[] = []
  #walked = 0

  add(occasion: Occasion, trial: TrialRun, shown: ReturnType<typeof shownTrial>): void {
    this.#walked += 1
    const status = statusOf(trial)
    this.#outcomes[status === 'completed' || status === 'failed' ? status : 'other'] += 1
    for (const effect of shown.effects) this.#count(effect)
    if (this.#examples.length < DRY_RUN_EXAMPLES) this.#examples.push(exampleOf(occasion, trial, shown))
  }

  #count({ kind, nodeId, title }: TrialEffect): void {
    const known = this.#effects.get(nodeId)
    if (known) known.count += 1
    else this.#effects.set(nodeId, { kind, nodeId, title, count: 1 })
  }

  told() {
    return {
      walked: this.#walked,
      outcomes: this.#outcomes,
      effects: [...this.#effects.values()],
      examples: this.#examples,
    }
  }
}

function exampleOf(
  { eventId, runId, title, at, leadId, leadName }: Occasion,
  trial: TrialRun,
  { effects, notes, isStopped }: ReturnType<typeof shownTrial>,
): z.input<typeof DryRunExample> {
  return {
    eventId,
    runId,
    title,
    at: at.toISOString(),
    leadId,
    leadName,
    status: statusOf(trial),
    error: errorOf(trial),
    steps: trial.steps.slice(0, STEPS_OF_EXAMPLE).map(step => ({
      number: step.number,
      attempt: step.attempt,
      nodeId: step.nodeId,
      nodeType: step.type,
      status: step.status,
      exits: exitsOf(step),
      path: step.path,
    })),
    effects: effects.slice(0, EFFECTS_OF_EXAMPLE),
    notes: notes.slice(0, EFFECTS_OF_EXAMPLE),
    isStopped,
    durationMs: trial.endedAt - at.getTime(),
  }
}
