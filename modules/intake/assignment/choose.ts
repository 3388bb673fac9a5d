import { isAsked } from '../page/form-rules.js'
import type { AssignmentRule, AssignmentSettings } from './assignment-api.ts'

/** Whom a rule gave the last lead, and at which place of its members that was. */
export interface Turn {
  readonly last: string
  readonly at: number
}

/** What has to be known of a lead and of the members to say whose it is. */
export interface Situation {
  readonly answerTo: (key: string) => { readonly type: string; readonly text: string | undefined }
  /** Active members with how many open leads they have; who is missing gets nothing. */
  readonly openLeads: ReadonlyMap<string, number>
  readonly turns: Readonly<Record<string, Turn>>
}

export interface Choice {
  /** Null when it is nobody's. */
  readonly userId: string | null
  /** Why, continuing "Given to Ada". */
  readonly reason: string
  /** The rule that gave it away, with its turn from now on. */
  readonly taken: { readonly rule: AssignmentRule; readonly turn: Turn } | null
}

/** Whose a lead is: of the first rule that is for it and has somebody free, else the default owner's. */
export function chooseOwner(settings: AssignmentSettings, situation: Situation): Choice {
  const fitting = settings.rules.filter(({ when }) => isAsked(when ?? undefined, situation.answerTo))
  for (const rule of fitting) {
    const free = freeMembers(rule, situation)
    const next = rule.by === 'load' ? leastLoaded(free) : free[0]
    if (!next) continue
    const { userId, place, open } = next
    const why =
      rule.by === 'load'
        ? `the fewest open leads (${open}) of “${rule.name}”`
        : `next in turn of “${rule.name}”`
    return { userId, reason: why, taken: { rule, turn: { last: userId, at: place } } }
  }
  const [first] = fitting
  const why = first ? `nobody of “${first.name}” is free` : 'no rule is for it'
  const { defaultOwnerId } = settings
  const userId = defaultOwnerId !== null && situation.openLeads.has(defaultOwnerId) ? defaultOwnerId : null
  if (settings.rules.length === 0) return { userId, reason: 'the default owner', taken: null }
  return { userId, reason: userId === null ? why : `the default owner, because ${why}`, taken: null }
}

interface Free {
  readonly userId: string
  readonly place: number
  readonly open: number
}

/** Who can get a lead now, beginning behind the one who had the last. */
function freeMembers({ id, members }: AssignmentRule, { openLeads, turns }: Situation): Free[] {
  const turn = Object.hasOwn(turns, id) ? turns[id] : undefined
  const last = members.findIndex(({ userId }) => userId === turn?.last)
  // Where the last one was taken from the list, whoever stands at that place now is next.
  const start = turn === undefined ? 0 : last >= 0 ? last + 1 : turn.at
  return members.flatMap((_, step): Free[] => {
    const place = (start + step) % members.length
    const member = members[place]
    const open = member && openLeads.get(member.userId)
    if (!member || open === undefined || member.isAway) return []
    if (member.capacity !== null && open >= member.capacity) return []
    return [{ userId: member.userId, place, open }]
  })
}

/** The first of those with the fewest, so that equals take turns. */
function leastLoaded(free: readonly Free[]): Free | undefined {
  return free.reduce<Free | undefined>(
    (least, each) => (least && least.open <= each.open ? least : each),
    undefined,
  )
}
