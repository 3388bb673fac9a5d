/** The events of the product that may start a workflow or be waited for by one. Browser-safe. */

import {
  activityCompleted,
  activityCreated,
  activityDeleted,
  activityUpdated,
  attachmentAdded,
  companyCreated,
  companyDeleted,
  companyMerged,
  companyRestored,
  companyUpdated,
  consentRecorded,
  contactRefused,
  dealCreated,
  dealDeleted,
  dealLost,
  dealMerged,
  dealRestored,
  dealStageChanged,
  dealUpdated,
  dealWon,
  importCompleted,
  personCreated,
  personDeleted,
  personMerged,
  personRestored,
  personUpdated,
} from '#modules/crm/contract.ts'
import {
  bookingCanceled,
  bookingCreated,
  formAbandoned,
  formSubmitted,
  leadAssigned,
  leadCreated,
  leadEmailReceived,
  leadStatusChanged,
} from '#modules/intake/contract.ts'
import { emailFailed, emailSent, emailSuppressed, emailUnknown } from '#modules/mail/contract.ts'
import type { EventKind, PublishedEvent } from '#platform/contract/event.ts'
import { workflowCompleted, workflowFailed, workflowSignal } from './events.ts'

/** What people see of a kind of event, and by what a run can wait for one. */
export interface WorkflowEventKind {
  readonly kind: EventKind
  readonly title: string
  /** The subject whose id is the lead of a run it starts; null when it is about no lead. */
  readonly leadSubject: 'lead' | null
  /** `lead`: the next one about the lead of the run. `key`: the next one that was sent with a key. */
  readonly waitBy: 'lead' | 'key' | null
}

const about = { leadSubject: 'lead', waitBy: 'lead' } as const
/** About a record of the CRM, which no run stands for. */
const ofRecord = { leadSubject: null, waitBy: null } as const

/** Every kind, in the order of lists that people choose from. */
export const eventKinds: readonly WorkflowEventKind[] = [
  // Nobody can wait for the making of a lead, because it has no id before.
  { kind: leadCreated, title: 'Lead created', leadSubject: 'lead', waitBy: null },
  { kind: leadStatusChanged, title: 'Lead moved to another column', ...about },
  { kind: leadAssigned, title: 'Lead given to somebody', ...about },
  { kind: formSubmitted, title: 'Form submitted', ...about },
  { kind: formAbandoned, title: 'Form left half filled in', ...ofRecord },
  { kind: leadEmailReceived, title: 'E-mail received', ...about },
  { kind: bookingCreated, title: 'Meeting booked', ...about },
  { kind: bookingCanceled, title: 'Meeting canceled', ...about },
  { kind: emailSent, title: 'E-mail sent', ...about },
  { kind: emailFailed, title: 'E-mail failed', ...about },
  { kind: emailSuppressed, title: 'E-mail not sent, do not contact', ...about },
  { kind: emailUnknown, title: 'E-mail with an unknown outcome', ...about },
  { kind: personCreated, title: 'Person created', ...ofRecord },
  { kind: personUpdated, title: 'Person changed', ...ofRecord },
  { kind: personDeleted, title: 'Person deleted', ...ofRecord },
  { kind: personRestored, title: 'Person restored', ...ofRecord },
  { kind: personMerged, title: 'People merged', ...ofRecord },
  { kind: companyCreated, title: 'Company created', ...ofRecord },
  { kind: companyUpdated, title: 'Company changed', ...ofRecord },
  { kind: companyDeleted, title: 'Company deleted', ...ofRecord },
  { kind: companyRestored, title: 'Company restored', ...ofRecord },
  { kind: companyMerged, title: 'Companies merged', ...ofRecord },
  { kind: dealCreated, title: 'Deal created', ...ofRecord },
  { kind: dealUpdated, title: 'Deal changed', ...ofRecord },
  { kind: dealStageChanged, title: 'Deal moved to another stage', ...ofRecord },
  { kind: dealWon, title: 'Deal won', ...ofRecord },
  { kind: dealLost, title: 'Deal lost', ...ofRecord },
  { kind: dealDeleted, title: 'Deal deleted', ...ofRecord },
  { kind: dealRestored, title: 'Deal restored', ...ofRecord },
  { kind: dealMerged, title: 'Deals merged', ...ofRecord },
  { kind: activityCreated, title: 'Activity created', ...ofRecord },
  { kind: activityUpdated, title: 'Activity changed', ...ofRecord },
  { kind: activityCompleted, title: 'Activity completed', ...ofRecord },
  { kind: activityDeleted, title: 'Activity deleted', ...ofRecord },
  { kind: attachmentAdded, title: 'File added', ...ofRecord },
  { kind: consentRecorded, title: 'Consent given or taken back', ...ofRecord },
  { kind: contactRefused, title: 'Address put on the do-not-contact list', ...ofRecord },
  { kind: importCompleted, title: 'Import completed', ...ofRecord },
  { kind: workflowCompleted, title: 'Workflow finished', ...about },
  { kind: workflowFailed, title: 'Workflow failed', ...about },
  { kind: workflowSignal, title: 'Signal from another system', leadSubject: null, waitBy: 'key' },
]

const byType = new Map(eventKinds.map(each => [each.kind.type, each]))

/** The kind of a type, or undefined for an event that workflows have nothing to do with. */
export function eventKindOf(type: string): WorkflowEventKind | undefined {
  return byType.get(type)
}

/** The type as people read it. */
export function eventTitle(type: string): string {
  return byType.get(type)?.title ?? type
}

/** The lead an event is about, or null. */
export function leadOfEvent({ type, subjects }: PublishedEvent): string | null {
  const wanted = byType.get(type)?.leadSubject
  return subjects.find(subject => subject.type === wanted)?.id ?? null
}

/** How a wait for the next event about a lead is filed. */
export function leadKey(leadId: string): string {
  return `lead:${leadId}`
}

/** How a wait for a signal with a key is filed. */
export function signalKey(key: string): string {
  return `key:${key}`
}

/** What the event can be waited for by, or null when it cannot be. */
export function keyOfEvent(event: PublishedEvent): string | null {
  switch (byType.get(event.type)?.waitBy) {
    case 'lead': {
      const leadId = leadOfEvent(event)
      return leadId === null ? null : leadKey(leadId)
    }
    case 'key': {
      const { key } = event.payload as { key: string }
      return signalKey(key)
    }
    default:
      return null
  }
}
