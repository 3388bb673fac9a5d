import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { listCompanies, listPeople, type RecordObject } from '#modules/crm/contract.ts'
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
  return { found: data ?? [], error, isPending: isPending || wanted !== text.trim() }
}

/** A page of the records whose fields contain the text. */
function queryFor(fields: readonly string[], text: string) {
  const filter = { any: fields.map(field => ({ field, op: 'contains', value: text })) }
  return { limit: FOUND_MAX, ...(text === '' ? {} : { filter: JSON.stringify(filter) }) }
}

async function findRecords(
  object: RecordObject | undefined,
  text: string,
  signal: AbortSignal,
): Promise<readonly FoundRecord[]> {
  switch (object) {
    case 'person': {
      const query = queryFor(['firstName', 'lastName', 'email'], text)
      const { items } = await call(listPeople, { query }, { signal })
      return items.map(({ id, name, email }) => ({
        id,
        name,
        hint: email === name ? undefined : (email ?? undefined),
      }))
    }
    case 'company': {
      const { items } = await call(listCompanies, { query: queryFor(['name', 'domain'], text) }, { signal })
      return items.map(({ id, name, domain }) => ({ id, name, hint: domain ?? undefined }))
    }
    default:
      return []
  }
}
