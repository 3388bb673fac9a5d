import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useMay } from '../../../shell/session.ts'
import { type RecordTarget, useEdits, withEdits } from './edits.ts'
import { access, recordQuery } from './record-access.ts'
import type { AnyRecord } from './record-values.ts'

/** A record as its reader sees it, with what is being saved; and whether they may change it. */
export function useRecord(target: RecordTarget) {
  const query = useQuery(recordQuery(target))
  const edits = useEdits(target)
  const stored = query.data as AnyRecord | undefined
  const record = useMemo(() => stored && withEdits(stored, edits), [stored, edits])
  const mayChange = useMay(`${access[target.object].plural}:write`)
  return { query, record, edits, mayChange }
}
