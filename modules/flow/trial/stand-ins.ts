import type { Kit } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { lookUp, lookUpFailure } from '../look-up.ts'
import { APPROVED_HANDLE, REJECTED_HANDLE, TIMED_OUT_HANDLE } from '../nodes/approval.ts'
import { HAPPENED_HANDLE, TIMEOUT_HANDLE } from '../nodes/wait-for-event.ts'
import { callRemote } from '../remote.ts'
import { turnOf } from '../rotation.ts'
import { answerCode } from '../run-code.ts'
import type { Effect, RemoteCall, SliceInput, StepError } from '../run-state.ts'
import type { Answer } from '../simulated-run.ts'
import { madeUpAnswer, madeUpEvent } from './made-up.ts'
import type { PastStep } from './past-steps.ts'
import { attemptAt, type StandIn, type TrialWorld } from './trial-run.ts'

/** What is known of how the world would answer. */
export interface KnownAnswers {
  /** What is pinned, by node. */
  readonly pins: ReadonlyMap<string, Json>
  /** The steps of the run that is repeated, by place and attempt; empty when none is. */
  readonly sameRun: ReadonlyMap<string, PastStep>
  /** The last time, by node. */
  readonly last: ReadonlyMap<string, PastStep>
  /** By which exit approvals and waits for events are left, as was asked for, by node. */
  readonly exits: Readonly<Record<string, string>>
  /** What the only step of a trial is answered from outside, when that is pinned. */
  readonly pinned?: Json
}

/** Who tries, and what may be done. */
export interface Trier {
  readonly kit: Kit
  readonly orgId: string
  readonly runId: string
  readonly visibility: Visibility
  /** Whether requests to other systems are really made. */
  readonly isForReal: boolean
}

const GAPS: Readonly<Record<string, string>> = {
  http_request: 'The request was not made and no answer is known, so an empty one with status 200 was taken.',
}

/** Answers in place of other systems and people: by what is pinned, what they answered before, or openly made up. */
export function standInWorld(trier: Trier, known: KnownAnswers): TrialWorld {
  return {
    pins: known.pins,
    answer: (call, signal) => answerOf(trier, known, call, signal),
    awaited: effect => awaitedOf(known, effect),
  }
}

async function answerOf(
  trier: Trier,
  known: KnownAnswers,
  call: RemoteCall,
  signal: AbortSignal,
): Promise<StandIn> {
  const { kit, orgId, runId } = trier
  // Code is the draft's own: what an earlier version of it gave says nothing.
  if (call.kind === 'code') return really(await answerCode(kit, orgId, call, signal))
  if (call.kind === 'http_request' && trier.isForReal) {
    const answer = await callRemote(kit, { orgId, runId, call }, signal)
    return really(answer, { kind: 'for_real', text: 'The request was really made.' })
  }
  if (known.pinned !== undefined) {
    const note = { kind: 'pinned', text: 'The pinned data was taken for the answer.' } as const
    return { answer: { output: known.pinned }, note, afterMs: 0 }
  }
  const same = known.sameRun.get(attemptAt(call))
  if (same !== undefined) return asBefore(same)
  if (call.kind === 'lookup') return { answer: await lookedUp(trier, call), note: null, afterMs: 0 }
  const last = known.last.get(call.nodeId)
  if (last !== undefined) return asBefore(last)
  if (call.kind === 'take_turn') {
    const text = 'Taken as the first turn. No turn was given out.'
    return { answer: { output: turnOf(call.request, 1) }, note: { kind: 'assumed', text }, afterMs: 0 }
  }
  const text = GAPS[call.kind] ?? 'What this step would be answered is not known, so nothing was taken.'
  return { answer: { output: madeUpAnswer(call.kind) }, note: { kind: 'gap', text }, afterMs: 0 }
}

async function lookedUp({ kit, orgId, visibility }: Trier, { request }: RemoteCall): Promise<Answer> {
  try {
    return { output: await lookUp(kit, orgId, request, visibility) }
  } catch (error) {
    return { error: lookUpFailure(error) }
  }
}

function really(input: SliceInput | null, note: StandIn['note'] = null): StandIn {
  switch (input?.kind) {
    case 'answer':
      return { answer: { output: input.output }, note, afterMs: 0 }
    case 'failure':
      return { answer: { error: input.error }, note, afterMs: 0 }
    default:
      return { answer: { error: notNow() }, note: null, afterMs: 0 }
  }
}

function notNow(): StepError {
  return {
    code: 'trial.not_now',
    message: 'Too much of this kind is under way in your organization. Try again in a moment.',
    retryable: false,
    retryAfterMs: null,
    details: null,
  }
}

function asBefore({ error, output, at }: PastStep): StandIn {
  const text = `Answered as on ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`
  return { answer: error === null ? { output } : { error }, note: { kind: 'from_run', text }, afterMs: 0 }
}

/** What an answer has to say so that the step leaves by an exit; absent for exits of no answer. */
const BY_EXIT: Readonly<Record<string, Json>> = {
  [APPROVED_HANDLE]: { approved: true, comment: '', decidedBy: null },
  [REJECTED_HANDLE]: { approved: false, comment: '', decidedBy: null },
}

function awaitedOf(known: KnownAnswers, effect: Effect): ReturnType<TrialWorld['awaited']> {
  const { nodeId, path, kind } = effect
  const answered = (output: Json, note: StandIn['note'], afterMs = 0) => ({
    standIn: { answer: { output }, note: null, afterMs },
    note,
  })
  const asked = Object.hasOwn(known.exits, nodeId) ? known.exits[nodeId] : undefined
  if (asked === TIMEOUT_HANDLE || asked === TIMED_OUT_HANDLE) return { standIn: null, note: null }
  const pinned = known.pinned ?? known.pins.get(nodeId)
  if (asked === HAPPENED_HANDLE) return answered(pinned ?? madeUpEvent(effect.payload), null)
  if (asked !== undefined && Object.hasOwn(BY_EXIT, asked)) return answered(BY_EXIT[asked] ?? null, null)
  if (pinned !== undefined) return answered(pinned, null)
  // The run that is repeated waited as often as this one does, so its first attempt tells.
  const same = known.sameRun.get(attemptAt({ nodeId, path, attempt: 1 }))
  if (same !== undefined) {
    if (same.exit === TIMEOUT_HANDLE || same.exit === TIMED_OUT_HANDLE) return { standIn: null, note: null }
    const { answer, note } = asBefore(same)
    return { standIn: { answer, note: null, afterMs: same.tookMs }, note }
  }
  switch (kind) {
    case 'ask_approval':
      return answered(BY_EXIT[APPROVED_HANDLE] ?? null, {
        kind: 'assumed',
        text: 'Taken as approved. Choose another exit of this step to see what happens then.',
      })
    case 'wait_for_event':
      return {
        standIn: null,
        note: {
          kind: 'assumed',
          text: 'Taken as not happened in time. Choose another exit of this step to see what happens then.',
        },
      }
    default: {
      const last = known.last.get(nodeId)
      if (last !== undefined) {
        const { answer, note } = asBefore(last)
        return { standIn: { answer, note: null, afterMs: last.tookMs }, note }
      }
      const text = 'The other run was not started and no result of it is known, so nothing was taken.'
      return answered(null, { kind: 'gap', text })
    }
  }
}
