import type { TimelineEntry } from '#modules/crm/contract.ts'

/** A place that an entry leads to. */
export interface EntryLink {
  readonly label: string
  readonly to: string
}

/** An entry as a sentence: what happened, what it ends with, where it came from, and more of it. */
export interface EntryWords {
  readonly words: string
  readonly record?: EntryLink | undefined
  readonly source?: EntryLink | undefined
  readonly body?: string | undefined
}

const text = (entry: TimelineEntry, name: string): string | undefined => {
  const value = entry.data[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** "firstName" as people read it: "first name". */
export function fieldWords(key: string): string {
  return key
    .replace(/^custom\./, '')
    .replace(/Id$/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .replaceAll('_', ' ')
    .toLowerCase()
    .trim()
}

const FIELDS_NAMED = 4

function changedWords(entry: TimelineEntry): string {
  const { changed } = entry.data
  const names = Array.isArray(changed) ? changed.map(key => fieldWords(String(key))) : []
  if (names.length === 0) return 'changed it'
  const named = names.slice(0, FIELDS_NAMED)
  const rest = names.length - named.length
  const last = rest > 0 ? `${rest} more` : named.pop()
  return `changed ${named.length > 0 ? `${named.join(', ')} and ${last}` : last}`
}

const emailOf = (entry: TimelineEntry): EntryLink | undefined => {
  const id = text(entry, 'messageId')
  return id
    ? { label: `“${text(entry, 'subject') ?? 'an e-mail without a subject'}”`, to: `/mailbox/${id}` }
    : undefined
}

const workflowOf = (entry: TimelineEntry): EntryLink | undefined => {
  const id = text(entry, 'workflowId')
  return id ? { label: text(entry, 'workflow') ?? 'a workflow', to: `/workflows/${id}` } : undefined
}

const runOf = (entry: TimelineEntry): EntryLink | undefined => {
  const id = text(entry, 'runId') ?? entry.actor.runId
  return id ? { label: 'run', to: `/runs/${id}` } : undefined
}

const leadOf = (entry: TimelineEntry): EntryLink | undefined => {
  const id = text(entry, 'leadId')
  return id ? { label: 'lead', to: `/leads/${id}` } : undefined
}

const dealOf = (entry: TimelineEntry): EntryLink | undefined => {
  const id = text(entry, 'dealId')
  return id ? { label: 'deal', to: `/deals/${id}` } : undefined
}

const activityWords: Readonly<Record<string, string>> = {
  call: 'logged a call',
  email: 'logged an e-mail',
  meeting: 'noted a meeting',
  note: 'wrote a note',
  task: 'added a task',
}

const doneWords: Readonly<Record<string, string>> = {
  call: 'made the call',
  email: 'wrote the e-mail',
  meeting: 'held the meeting',
  note: 'finished the note',
  task: 'completed the task',
}

function sourceWords(entry: TimelineEntry): string {
  const source = text(entry, 'source')
  return source && source !== 'api' ? `, from ${source.replaceAll(/[_:]/g, ' ')}` : ''
}

const said: Readonly<Record<string, (entry: TimelineEntry) => EntryWords>> = {
  'activity.created': entry => ({ words: activityWords[text(entry, 'kind') ?? ''] ?? 'added it' }),
  'activity.completed': entry => ({ words: doneWords[text(entry, 'kind') ?? ''] ?? 'completed it' }),
  'form.submitted': entry => ({
    words: entry.data.isNew === false ? 'sent the form again of' : 'sent the form of',
    record: workflowOf(entry),
    source: leadOf(entry),
  }),
  'lead.email_received': entry => ({
    words: `wrote “${text(entry, 'subject') || 'without a subject'}”`,
    source: leadOf(entry),
  }),
  'lead.status_changed': entry => ({
    words: `moved the lead from ${text(entry, 'from') ?? '?'} to ${text(entry, 'to') ?? '?'}`,
    source: leadOf(entry),
  }),
  'lead.assigned': entry => ({
    words: text(entry, 'to') ? 'gave the lead to somebody' : 'took the lead from its owner',
    source: leadOf(entry),
  }),
  'booking.created': entry => ({
    words: `${entry.data.isMove === true ? 'moved' : 'booked'} “${text(entry, 'title') ?? 'a meeting'}”`,
    source: leadOf(entry),
  }),
  'booking.canceled': entry => ({
    words: `canceled “${text(entry, 'title') ?? 'a meeting'}”`,
    source: leadOf(entry),
  }),
  'email.sent': entry => ({ words: 'sent', record: emailOf(entry), source: runOf(entry) }),
  'email.failed': entry => ({
    words: 'could not send',
    record: emailOf(entry),
    source: runOf(entry),
    body: text(entry, 'reason'),
  }),
  'email.suppressed': entry => ({
    words: 'did not send',
    record: emailOf(entry),
    source: runOf(entry),
    body: text(entry, 'reason'),
  }),
  'email.unknown': entry => ({
    words: 'may have sent',
    record: emailOf(entry),
    source: runOf(entry),
    body: text(entry, 'reason'),
  }),
  'workflow.started': entry => ({ words: 'started', record: workflowOf(entry), source: runOf(entry) }),
  'workflow.completed': entry => ({ words: 'finished', record: workflowOf(entry), source: runOf(entry) }),
  'workflow.failed': entry => ({
    words: 'failed in',
    record: workflowOf(entry),
    source: runOf(entry),
    body: text(entry, 'reason'),
  }),
  'deal.created': entry => ({
    words: `opened the deal${text(entry, 'name') ? ` “${text(entry, 'name')}”` : ''}`,
    source: dealOf(entry),
  }),
  'deal.stage_changed': entry => ({ words: `moved the deal to ${text(entry, 'stage') ?? 'another stage'}` }),
  'deal.won': entry => ({ words: 'won the deal', source: dealOf(entry) }),
  'deal.lost': entry => ({ words: 'lost the deal', source: dealOf(entry) }),
  'consent.recorded': entry => ({
    words: `recorded that they ${entry.data.isGiven === false ? 'took back their consent' : 'agreed'}${text(entry, 'purpose') ? ` (${fieldWords(text(entry, 'purpose') ?? '')})` : ''}`,
  }),
  'attachment.added': entry => ({ words: `added the file ${text(entry, 'name') ?? ''}` }),
  'attachment.removed': entry => ({ words: `removed the file ${text(entry, 'name') ?? ''}` }),
}

const ends: Readonly<Record<string, (entry: TimelineEntry) => string>> = {
  created: entry => `added the ${entry.kind.split('.')[0]}${sourceWords(entry)}`,
  updated: changedWords,
  deleted: entry => `deleted the ${entry.kind.split('.')[0]}`,
  restored: entry => `brought the ${entry.kind.split('.')[0]} back`,
  merged: entry => `merged another ${entry.kind.split('.')[0]} into it`,
}

/** What an entry says after the name of whoever did it. A kind nobody has words for is read by its own. */
export function entryWords(entry: TimelineEntry): EntryWords {
  const own = said[entry.kind]
  if (own) return own(entry)
  const [object = '', what = ''] = entry.kind.split('.')
  return {
    words: ends[what]?.(entry) ?? `${fieldWords(object)}: ${fieldWords(what)}`,
    source: dealOf(entry),
  }
}
