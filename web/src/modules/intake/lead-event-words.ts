import type { LeadEvent, LeadStatus } from '#modules/intake/contract.ts'

/** Who did something, before it has a name or a link. */
export type EventActor = 'lead' | 'you' | 'member' | 'workflow' | 'api' | 'plugin' | 'system'

export interface EventWords {
  readonly actor: EventActor
  /** What happened, continuing the sentence that the actor begins. */
  readonly words: string
  /** The record it ends with: an e-mail by its subject, or a run. */
  readonly record?: { readonly label: string; readonly to: string } | undefined
  /** More of it, in its own paragraph. */
  readonly body?: string | undefined
}

function textOf(event: LeadEvent, name: string): string | undefined {
  const value = event.metadata[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function actorOf(event: LeadEvent, userId: string): EventActor {
  switch (event.actor) {
    case 'visitor':
      return 'lead'
    case 'user':
      return event.userId === userId ? 'you' : 'member'
    case 'run':
      return 'workflow'
    case 'apiKey':
      return 'api'
    case 'plugin':
      return 'plugin'
    case 'system':
      return 'system'
  }
}

/** A description as the end of a sentence: its first letter is small unless the word is written in capitals. */
function continued(description: string): string {
  const [first = '', second = ''] = description
  return second === second.toLowerCase() ? first.toLowerCase() + description.slice(1) : description
}

function emailOf(event: LeadEvent): EventWords['record'] {
  const messageId = textOf(event, 'messageId')
  const subject = textOf(event, 'subject') ?? 'an e-mail without a subject'
  return messageId ? { label: `“${subject}”`, to: `/mailbox/${messageId}` } : undefined
}

function runOf(event: LeadEvent): EventWords['record'] {
  return event.runId ? { label: 'run', to: `/runs/${event.runId}` } : undefined
}

/** Where a meeting is, and what was asked before it. */
function placeOf(event: LeadEvent): string | undefined {
  const asked = Array.isArray(event.metadata.questions) ? event.metadata.questions : []
  const answers = asked.map(({ question, answer }) => `${question} ${answer}`)
  const lines = [textOf(event, 'place'), textOf(event, 'joinUrl'), ...answers]
  return lines.filter(line => line !== undefined).join('\n') || undefined
}

function afterColon(description: string): string | undefined {
  const at = description.indexOf(': ')
  return at < 0 ? undefined : description.slice(at + 2)
}

/**
 * What happened to a lead, as a sentence: who, what, and the record it is about. `userId` is the reader, `statuses`
 * the columns of the board with their names.
 */
export function leadEventWords(
  event: LeadEvent,
  userId: string,
  statuses: readonly LeadStatus[],
): EventWords {
  const actor = actorOf(event, userId)
  // A column that was taken away since is called what it was called then.
  const then = /^Moved from (.+) to (.+?)(?:, because .*)?$/.exec(event.description)
  const nameOf = (status: string, nameThen: string | undefined) =>
    statuses.find(each => each.status === status)?.name ?? nameThen ?? status
  switch (event.kind) {
    case 'STATUS_CHANGED': {
      const [from, to] = [textOf(event, 'from'), textOf(event, 'to')]
      if (!from || !to) return { actor, words: continued(event.description) }
      return { actor, words: `moved it from ${nameOf(from, then?.[1])} to ${nameOf(to, then?.[2])}` }
    }
    case 'OWNER_CHANGED': {
      const reason = textOf(event, 'reason')
      if (reason && !textOf(event, 'to')) return { actor, words: 'left it without an owner', body: reason }
      const name = textOf(event, 'name') ?? /^Given to (.*)$/.exec(event.description)?.[1]
      return { actor, words: name ? `gave it to ${name}` : 'took it from its owner', body: reason }
    }
    case 'CONVERTED': {
      const dealId = textOf(event, 'dealId')
      const label = textOf(event, 'name') ?? 'a deal'
      if (!dealId) return { actor, words: continued(event.description) }
      return { actor, words: 'made it into the deal', record: { label, to: `/deals/${dealId}` } }
    }
    case 'DELETED':
      return { actor, words: 'deleted it' }
    case 'RESTORED':
      return { actor, words: 'brought it back' }
    case 'EMAIL_SENT':
      return { actor, words: 'sent', record: emailOf(event) }
    case 'EMAIL_FAILED':
      return { actor, words: 'could not send', record: emailOf(event), body: textOf(event, 'reason') }
    case 'EMAIL_UNKNOWN':
      return { actor, words: 'may have sent', record: emailOf(event), body: textOf(event, 'reason') }
    case 'EMAIL_SUPPRESSED':
      return { actor, words: 'did not send', record: emailOf(event), body: textOf(event, 'reason') }
    case 'EMAIL_RECEIVED': {
      const record = emailOf(event)
      const words = record ? 'wrote' : `wrote “${textOf(event, 'subject') ?? 'an e-mail without a subject'}”`
      return { actor: 'lead', words, record, body: textOf(event, 'text') }
    }
    case 'BOOKING_CREATED':
    case 'BOOKING_CANCELED':
      return { actor: 'lead', words: continued(event.description), body: placeOf(event) }
    case 'RUN_STARTED':
      return { actor, words: 'started a', record: runOf(event) }
    case 'RUN_COMPLETED':
      return { actor, words: 'finished its', record: runOf(event) }
    case 'RUN_FAILED':
      return { actor, words: 'failed in its', record: runOf(event), body: afterColon(event.description) }
    case 'NOTE_ADDED':
      return { actor, words: 'wrote a note', body: event.description }
    default:
      return { actor, words: continued(event.description) }
  }
}
