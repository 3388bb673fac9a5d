import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listMembers } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'

/** The member who owns what a file brings. */
export function OwnerChoice({
  value,
  onChange,
}: {
  value: string | null
  onChange: (userId: string | null) => void
}) {
  const { data } = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    staleTime: 60_000,
  })
  const options = (data?.items ?? []).map(({ userId, name }) => ({ value: userId, label: name }))
  return (
    <Select
      label="Owner of what is new"
      placeholder="Nobody"
      searchable
      clearable
      data={options}
      value={value}
      onChange={onChange}
    />
  )
}
