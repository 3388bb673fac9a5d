import { useState } from 'react'
import {
  changeLeads,
  getBoard,
  getLead,
  getPipelineSummary,
  type LeadChange,
  type LeadOutcome,
  listDeletedLeads,
  listLeads,
} from '#modules/intake/contract.ts'
import { call, newKey, routeKey } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastFailed, toastUndo } from '../../../ui/toast-store.ts'
import { leadMoves } from '../pending-moves.ts'
import { noteChangedHere } from './changed-here.ts'
import { changesOf, doneWords, type KnownLead, type LeadAct, undoOf } from './lead-acts.ts'

/** The server takes so many at once. */
const PART_MAX = 1_000

/** Does changes part by part, in their order, and gives what became of each. */
async function change(changes: readonly LeadChange[]): Promise<LeadOutcome[]> {
  const outcomes: LeadOutcome[] = []
  noteChangedHere(changes.map(({ leadId }) => leadId))
  for (let at = 0; at < changes.length; at += PART_MAX) {
    const items = changes.slice(at, at + PART_MAX)
    const { items: done } = await call(changeLeads, { body: { items } }, { idempotencyKey: newKey() })
    outcomes.push(...done)
  }
  return outcomes
}

async function renew(): Promise<void> {
  const routes = [getBoard, getLead, listLeads, getPipelineSummary, listDeletedLeads]
  await Promise.all(routes.map(route => queryClient.invalidateQueries({ queryKey: routeKey(route) })))
}

/** Does to all selected leads one thing, shows it at once, and offers to take it back. */
export function useLeadBulk(): {
  /** Leads that are being deleted, which are shown no more. */
  readonly gone: ReadonlySet<string>
  readonly isBusy: boolean
  readonly act: (act: LeadAct, leads: readonly KnownLead[]) => Promise<void>
} {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [isBusy, setBusy] = useState(false)

  const takeBack = async (act: LeadAct, reached: readonly KnownLead[]) => {
    try {
      const changes = undoOf(act, reached)
      const outcomes = await change(changes)
      // The lead it stood under is elsewhere by now; the top of the column is the next best place.
      const again = changes.filter(({ below }, at) => below !== undefined && !outcomes[at]?.ok)
      const second = again.length === 0 ? [] : await change(again.map(({ below: _, ...rest }) => rest))
      const failed = [...outcomes.filter((_, at) => changes[at]?.below === undefined), ...second].filter(
        ({ ok }) => !ok,
      )
      sayWhatFailed(failed, 'could not be put back as it was', 'could not be put back as they were')
    } catch (error) {
      sayFailed(error, () => void takeBack(act, reached))
    } finally {
      await renew()
    }
  }

  const run = async (act: LeadAct, leads: readonly KnownLead[]): Promise<void> => {
    const changes = changesOf(act, leads)
    if (changes.length === 0) return
    setBusy(true)
    const ids = changes.map(({ leadId }) => leadId)
    const moves = act.type === 'move' ? ids.map(leadId => ({ leadId, status: act.status })) : []
    for (const move of moves) leadMoves.show(move)
    if (act.type === 'delete') setGone(new Set(ids))
    try {
      const outcomes = await change(changes)
      const done = new Set(ids.filter((_, at) => outcomes[at]?.ok))
      const reached = leads.filter(({ id }) => done.has(id))
      if (reached.length > 0) toastUndo(doneWords(act, reached.length), () => void takeBack(act, reached))
      sayWhatFailed(
        outcomes.filter(({ ok }) => !ok),
        'was not changed',
        'were not changed',
      )
    } catch (error) {
      sayFailed(error, () => void run(act, leads))
    } finally {
      await renew()
      for (const move of moves) leadMoves.end(move)
      setGone(new Set())
      setBusy(false)
    }
  }
  return { gone, isBusy, act: run }
}

function sayWhatFailed(failed: readonly LeadOutcome[], one: string, many: string): void {
  const [first] = failed
  if (!first) return
  const { problem } = first
  toastFailed({
    message: failed.length === 1 ? `One lead ${one}.` : `${failed.length.toLocaleString()} leads ${many}.`,
    detail: problem?.errors?.[0]?.message ?? problem?.title,
    requestId: problem?.requestId,
  })
}
