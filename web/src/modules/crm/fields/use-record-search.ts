import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { listPeople, type RecordObject } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'

/** A record that was found: its name, and what tells it from others of the same name. */
export interface FoundRecord {
  readonly id: string
  readonly name: string
  readonly hint?: string | undefined
}

const PAUSE_MS = 120
const FOUND_MAX = 20

/** The first records of an object that match a text; the newest ones for an empty text. */
export function useRecordSearch(object: RecordObject | undefined, text: string) {
  const [wanted] = useDebouncedValue(text.trim(), PAUSE_MS)
  const { data, error, isPending } = useQuery({
    queryKey: ['crm.pick', object, wanted],
    queryFn: ({ signal }) => findRecords(object, wanted, signal),
    placeholderData: keepPreviousData,
  })
  return { found: data ?? [], error, isPending }
}

async function findRecords(
  object: RecordObject | undefined,
  text: string,
  signal: AbortSignal,
): Promise<readonly FoundRecord[]> {
  if (object !== 'person') return []
  const fields = ['firstName', 'lastName', 'email']
  const filter = { any: fields.map(field => ({ field, op: 'contains', value: text })) }
  const query = { limit: FOUND_MAX, ...(text === '' ? {} : { filter: JSON.stringify(filter) }) }
  const { items } = await call(listPeople, { query }, { signal })
  return items.map(({ id, name, email }) => ({
    id,
    name,
    hint: email === name ? undefined : (email ?? undefined),
  }))
}
