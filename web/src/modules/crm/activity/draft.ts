import type { z } from 'zod'
import type { ActivityKind, CallOutcome, NewActivity } from '#modules/crm/contract.ts'
import type { About } from './activity-routes.ts'

export type ComposerKind = Exclude<ActivityKind, 'email'>

/** What somebody has begun to write at a record, as the fields of the form hold it. */
export interface Draft {
  readonly kind: ComposerKind
  readonly title: string
  readonly body: string
  readonly outcome: z.output<typeof CallOutcome> | ''
  /** YYYY-MM-DD, or empty. */
  readonly dueOn: string
  /** YYYY-MM-DDTHH:MM where the writer is, or empty. */
  readonly startsAt: string
  readonly minutes: number
}

export const EMPTY: Draft = {
  kind: 'note',
  title: '',
  body: '',
  outcome: '',
  dueOn: '',
  startsAt: '',
  minutes: 30,
}

const placeOf = ({ object, id }: About) => `millrace.draft.${object}.${id}`

/** What was begun at a record before the page was left; an empty draft when nothing was. */
export function readDraft(about: About): Draft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(placeOf(about)) ?? 'null')
    return typeof kept === 'object' && kept !== null ? { ...EMPTY, ...kept } : EMPTY
  } catch {
    return EMPTY
  }
}

/** Keeps what was begun for as long as the browser's tab is open; nothing of an empty one. */
export function keepDraft(about: About, draft: Draft): void {
  try {
    if (isBlank(draft)) sessionStorage.removeItem(placeOf(about))
    else sessionStorage.setItem(placeOf(about), JSON.stringify(draft))
  } catch {
    // A full or forbidden store loses the draft at a reload and nothing else.
  }
}

/** Whether nothing was written that would be missed. */
export function isBlank({ title, body }: Draft): boolean {
  return title.trim() === '' && body.trim() === ''
}

/** A draft as the API takes it. A call is over unless it begins later. */
export function bodyOf(draft: Draft, about: About): NewActivity {
  const { kind, outcome, dueOn, startsAt, minutes } = draft
  const starts = startsAt === '' ? undefined : new Date(startsAt)
  return {
    kind,
    title: kind === 'note' ? '' : draft.title.trim(),
    body: draft.body.trim(),
    priority: 'normal',
    records: [{ object: about.object, id: about.id }],
    ...(kind === 'call' && outcome !== '' ? { outcome } : {}),
    ...(kind === 'task' && dueOn !== '' ? { dueOn } : {}),
    ...(kind === 'meeting' && starts
      ? {
          startsAt: starts.toISOString(),
          endsAt: new Date(starts.getTime() + minutes * 60_000).toISOString(),
        }
      : {}),
  }
}

/** Why a draft cannot be saved yet; undefined when it can. */
export function lackOf({ kind, title, body, startsAt }: Draft): string | undefined {
  if (kind === 'note') return body.trim() === '' ? 'Write something first.' : undefined
  if (kind === 'call')
    return title.trim() === '' && body.trim() === '' ? 'Say what the call was about.' : undefined
  if (title.trim() === '')
    return kind === 'task' ? 'Say what is to be done.' : 'Say what the meeting is about.'
  return kind === 'meeting' && startsAt === '' ? 'Say when it begins.' : undefined
}
