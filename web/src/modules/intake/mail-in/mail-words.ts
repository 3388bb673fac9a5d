import type { MailDecision, ReceivedMail } from '#modules/intake/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'

/** What became of an e-mail, as people read it. */
export const decisionWords: Readonly<Record<MailDecision, { label: string; status: StatusKind }>> = {
  waiting: { label: 'Being read', status: 'running' },
  lead: { label: 'Lead', status: 'done' },
  ignored: { label: 'Ignored', status: 'cancelled' },
  quarantined: { label: 'Held', status: 'waiting' },
}

/** Whom an e-mail is from, as far as it says. */
export function senderWords({ senderName, sender }: Pick<ReceivedMail, 'sender' | 'senderName'>): string {
  return senderName || sender || 'Somebody'
}

/** The word of an address that a workflow's name suggests: `Crème & Söhne` becomes `creme-sohne`. */
export function tagOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
}

/** A size in the unit that suits it. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`
  if (bytes < 1_048_576) return `${Math.round(bytes / 1_024)} kB`
  return `${(bytes / 1_048_576).toFixed(1)} MB`
}
