import { useEffect, useRef } from 'react'
import { noteRecent, type RecentRecord } from './recent-records.ts'
import { useOrganization } from './session.ts'

/** Remembers a record that is shown as one of those opened last; undefined while there is none yet. */
export function useNoteRecent(record: RecentRecord | undefined): void {
  const { id: orgId } = useOrganization()
  const latest = useRef(record)
  latest.current = record
  const shown = record && [record.id, record.name, record.detail].join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is kept of the record stands for it
  useEffect(() => {
    if (latest.current) noteRecent(orgId, latest.current)
  }, [orgId, shown])
}
