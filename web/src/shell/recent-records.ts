import { z } from 'zod'
import { SearchObject } from '#modules/crm/contract.ts'

const RecentRecord = z.object({
  object: SearchObject,
  id: z.string(),
  name: z.string(),
  detail: z.string().nullable(),
})
/** A record that this person opened last. */
export type RecentRecord = z.output<typeof RecentRecord>

const KEPT = 6
const Stored = z.array(RecentRecord)

/** Names of people belong to this tab and end with it. */
const keyOf = (orgId: string) => `millrace.recent.${orgId}`

/** The records opened last in this tab, the last one first. */
export function recentRecords(orgId: string): readonly RecentRecord[] {
  try {
    return Stored.catch([]).parse(JSON.parse(sessionStorage.getItem(keyOf(orgId)) ?? '[]'))
  } catch {
    return []
  }
}

/** Remembers that a record was opened. */
export function noteRecent(orgId: string, record: RecentRecord): void {
  const { object, id, name, detail } = record
  const others = recentRecords(orgId).filter(each => each.id !== id)
  try {
    sessionStorage.setItem(
      keyOf(orgId),
      JSON.stringify([{ object, id, name, detail }, ...others].slice(0, KEPT)),
    )
  } catch {
    // A browser that keeps nothing has no recent records.
  }
}
