import type { DeletedRecord, RecordObject } from '#modules/crm/contract.ts'

const DAY_MS = 86_400_000

/** What deleted records of an object are called, one and many. */
export const objectWords: Readonly<Record<RecordObject, { one: string; many: string; tab: string }>> = {
  person: { one: 'person', many: 'people', tab: 'Contacts' },
  company: { one: 'company', many: 'companies', tab: 'Companies' },
  deal: { one: 'deal', many: 'deals', tab: 'Deals' },
}

/** How long a record can still be brought back, in days that have begun. */
export function daysLeft(purgedAt: string, now: number): string {
  const days = Math.max(0, Math.ceil((Date.parse(purgedAt) - now) / DAY_MS))
  if (days === 0) return 'Today'
  return days === 1 ? '1 day' : `${days} days`
}

/** Who deleted a record. `names` are those of members, `userId` is the reader. */
export function deleterOf(
  { deletedBy }: DeletedRecord,
  names: ReadonlyMap<string, string>,
  userId: string | undefined,
): string {
  if (!deletedBy) return ''
  if (deletedBy.type === 'user')
    return deletedBy.userId === userId ? 'You' : (names.get(deletedBy.userId ?? '') ?? 'A member')
  if (deletedBy.type === 'run') return 'A workflow'
  return deletedBy.type === 'apiKey' ? 'An API key' : 'Millrace'
}

/** What became of records that were to come back. */
export function restoredWords(object: RecordObject, asked: number, restored: number): string {
  const { one, many } = objectWords[object]
  const counted = `${restored.toLocaleString()} ${restored === 1 ? one : many}`
  if (restored >= asked) return `${counted} ${restored === 1 ? 'is' : 'are'} back.`
  const rest = asked - restored
  const stays = `${rest.toLocaleString()} ${rest === 1 ? 'stays' : 'stay'} deleted`
  return object === 'person'
    ? `${counted} back. ${stays}: somebody else has the e-mail address now.`
    : `${counted} back. ${stays}.`
}

/** What became of records that were to go for good. */
export function purgedWords(object: RecordObject, asked: number, purged: number): string {
  const { one, many } = objectWords[object]
  const counted = `${purged.toLocaleString()} ${purged === 1 ? `${one} is` : `${many} are`} gone for good.`
  if (purged >= asked) return counted
  return object === 'person'
    ? `${counted} A lead is still about the others.`
    : `${counted} The others are in use.`
}
