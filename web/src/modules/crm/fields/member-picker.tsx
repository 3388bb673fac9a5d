import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listMembers } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { useSession } from '../../../shell/session.ts'
import type { FieldEditorProps } from './field-editor.tsx'
import { ChoicePicker } from './option-pickers.tsx'

/** Chooses a member of the organization, oneself first. */
export function MemberPicker(props: FieldEditorProps) {
  const { user } = useSession()
  const [search, setSearch] = useState('')
  const current = typeof props.value === 'string' ? props.value : undefined
  const names = useMemberNames([current])
  const { data } = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    staleTime: 60_000,
  })
  // Of a large organization only the first hundred are here; the others are found by their names.
  const isCut = data?.nextCursor != null
  const { data: found } = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 20, search } }),
    enabled: isCut && search.trim() !== '',
    placeholderData: before => before,
  })
  const known = new Map<string, string>([[user.id, user.name]])
  if (current !== undefined) known.set(current, names.get(current) ?? known.get(current) ?? 'A member')
  for (const { userId, name } of [...(data?.items ?? []), ...(found?.items ?? [])]) known.set(userId, name)
  const options = [...known].map(([value, name]) => ({
    value,
    label: value === user.id ? `${name} (you)` : name,
  }))
  return <ChoicePicker {...props} field={{ ...props.field, options }} nothing="Nobody" onSearch={setSearch} />
}
