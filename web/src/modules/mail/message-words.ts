import type { Message, MessageSummary } from '#modules/mail/contract.ts'
import type { StatusKind } from '../../ui/status.tsx'

export interface MessageWords {
  readonly kind: StatusKind
  readonly word: string
  /** Nothing more happens to it and nothing is wrong, so a list need not mention it. */
  readonly quiet: boolean
}

/** What a message's status is called. What the development mailbox "sent" went nowhere, so it is called captured. */
export function statusWords({ status, mailbox }: Pick<MessageSummary, 'status' | 'mailbox'>): MessageWords {
  switch (status) {
    case 'queued':
      return { kind: 'pending', word: 'Waiting', quiet: false }
    case 'sending':
      return { kind: 'running', word: 'Sending', quiet: false }
    case 'sent':
      return { kind: 'done', word: mailbox === 'development' ? 'Captured' : 'Sent', quiet: true }
    case 'failed':
      return { kind: 'failed', word: 'Failed', quiet: false }
    case 'unknown':
      return { kind: 'unknown', word: 'Unknown', quiet: false }
    case 'suppressed':
      return { kind: 'cancelled', word: 'Not sent', quiet: false }
    case 'received':
      return { kind: 'done', word: 'Received', quiet: true }
  }
}

/** Whether the server still works on it, so that another answer is to be expected soon. */
export function isUnderWay({ status }: Pick<MessageSummary, 'status'>): boolean {
  return status === 'queued' || status === 'sending'
}

/** The people at the other end, as a list names them: names where there are any, addresses otherwise. */
export function otherEnd(message: Pick<MessageSummary, 'direction' | 'from' | 'to'>): string {
  const people = message.direction === 'inbound' ? [message.from] : message.to
  const words = people.map(each => each.name || each.address)
  return words.length > 2 ? `${words[0]} and ${words.length - 1} others` : words.join(' and ')
}

export interface RecordLink {
  readonly label: string
  readonly to: string
}

/** Where the records that a message is about are shown; what has no page is left out. */
export function recordLinks({ runId, subjects }: Pick<Message, 'runId' | 'subjects'>): RecordLink[] {
  const lead = subjects.find(subject => subject.type === 'lead')
  const run = runId ?? subjects.find(subject => subject.type === 'run')?.id
  return [
    ...(lead ? [{ label: 'Lead it is about', to: `/leads/${lead.id}` }] : []),
    ...(run ? [{ label: 'Run that sent it', to: `/runs/${run}` }] : []),
  ]
}
