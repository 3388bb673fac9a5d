import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { RecordObject, searchRecords } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'

/** A record that was found: its name, and what tells it from others of the same name. */
export interface FoundRecord {
  readonly id: string
  readonly name: string
  readonly hint?: string | undefined
}

const PAUSE_MS = 120
const FOUND_MAX = 20

/** The records of an object that match a text best; those of the latest activity for an empty text. */
export function useRecordSearch(object: RecordObject | undefined, text: string, isWanted = true) {
  const [wanted] = useDebouncedValue(text.trim(), PAUSE_MS)
  const { data, error, isPending } = useQuery({
    queryKey: [searchRecords.id, 'pick', object, wanted],
    queryFn: ({ signal }) => findRecords(object, wanted, signal),
    enabled: isWanted,
    placeholderData: keepPreviousData,
  })
  return { found: data ?? [], error, isPending: isPending || wanted !== text.trim() }
}

async function findRecords(
  object: RecordObject | undefined,
  text: string,
  signal: AbortSignal,
): Promise<readonly FoundRecord[]> {
  const query = { q: text, limit: FOUND_MAX, objects: object ?? RecordObject.options.join() }
  const { groups } = await call(searchRecords, { query }, { signal })
  return groups.flatMap(({ items }) =>
    items.map(({ id, name, detail }) => ({ id, name, hint: detail ?? undefined })),
  )
}
