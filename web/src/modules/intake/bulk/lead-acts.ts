import type { Board, LeadChange, WhatIsDone } from '#modules/intake/contract.ts'

/** What is done to all leads that are selected. */
export type LeadAct =
  | { readonly type: 'move'; readonly status: string; readonly name: string }
  | { readonly type: 'assign'; readonly ownerUserId: string | null; readonly name: string }
  | { readonly type: 'delete' }

/** The same act as it is done to all leads that a filter lets through. */
export function whatIsDone(act: LeadAct): WhatIsDone {
  if (act.type === 'move') return { type: 'move', status: act.status }
  return act.type === 'assign' ? { type: 'assign', ownerUserId: act.ownerUserId } : { type: 'delete' }
}

/** A column of a board that is selected as a whole, with the leads of it that are not loaded; null where none is. */
export function wholeColumn(
  board: Board,
  selection: ReadonlySet<string>,
): Pick<Board['columns'][number], 'status' | 'name' | 'count'> | null {
  const [only, second] = board.columns.filter(({ cards }) => cards.some(({ id }) => selection.has(id)))
  if (!only || second || only.count <= only.cards.length) return null
  return only.cards.every(({ id }) => selection.has(id)) ? only : null
}

/** What has to be known of a lead to take an act back. */
export interface KnownLead {
  readonly id: string
  readonly status: string
  readonly ownerUserId: string | null
  /** The lead above it in its column; undefined at the top and where it is not known. */
  readonly above?: string | undefined
}

/** The selected leads of a board in its order, from the left and from the top. */
export function knownOn(board: Board, selection: ReadonlySet<string>): KnownLead[] {
  return board.columns.flatMap(column =>
    column.cards.flatMap(({ id, status, ownerUserId }, at): KnownLead[] =>
      selection.has(id) ? [{ id, status, ownerUserId, above: column.cards[at - 1]?.id }] : [],
    ),
  )
}

/** The changes of an act. Each moved lead goes to the top, so the last one is moved first and their order stays. */
export function changesOf(act: LeadAct, leads: readonly KnownLead[]): LeadChange[] {
  if (act.type === 'move')
    return leads
      .toReversed()
      .flatMap(({ id, status }) => (status === act.status ? [] : [{ leadId: id, status: act.status }]))
  if (act.type === 'assign')
    return leads.flatMap(({ id, ownerUserId }) =>
      ownerUserId === act.ownerUserId ? [] : [{ leadId: id, ownerUserId: act.ownerUserId }],
    )
  return leads.map(({ id }) => ({ leadId: id, deleted: true }))
}

/**
 * The changes that take an act back for the leads it reached: from the top, so that each finds the one it stood under. A deleted
 * lead kept its place.
 */
export function undoOf(act: LeadAct, reached: readonly KnownLead[]): LeadChange[] {
  if (act.type === 'delete') return reached.map(({ id }) => ({ leadId: id, deleted: false }))
  if (act.type === 'assign') return reached.map(({ id, ownerUserId }) => ({ leadId: id, ownerUserId }))
  return reached.map(({ id, status, above }) => ({
    leadId: id,
    status,
    ...(above === undefined ? {} : { below: above }),
  }))
}

/** What was done, as people read it. */
export function doneWords(act: LeadAct, count: number): string {
  const leads = `${count.toLocaleString()} ${count === 1 ? 'lead' : 'leads'}`
  if (act.type === 'move') return `${leads} moved to ${act.name}.`
  if (act.type === 'delete') return `${leads} deleted.`
  return act.ownerUserId === null ? `${leads} taken from everybody.` : `${leads} given to ${act.name}.`
}
