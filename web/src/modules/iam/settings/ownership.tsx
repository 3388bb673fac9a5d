import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { listMembers, transferOwnership } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useOrganization, useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './ownership.module.css'

/** The owner hands the organization over to another member; nobody else sees this. */
export function TransferOwnership() {
  const { role, user } = useSession()
  const organization = useOrganization()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 200)
  const [memberId, setMemberId] = useState<string | null>(null)
  const isOwner = role === 'owner'
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 20, ...(search ? { search } : {}) } }),
    enabled: isOwner,
    placeholderData: before => before,
  })
  const act = useAct(transferOwnership, {
    onSuccess: heir => {
      toastDone(`${heir.name} owns ${organization.name} now.`)
      void queryClient.invalidateQueries()
    },
  })
  if (!isOwner) return null
  const others = (members.data?.items ?? []).filter(member => member.userId !== user.id)
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <div className={classes.transfer}>
      <Select
        label="New owner"
        description="They may do everything, also remove you. You become an admin."
        placeholder="Name or e-mail of a member"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Choose nobody' }}
        nothingFoundMessage="No other member is called that."
        filter={({ options }) => options}
        data={others.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
        value={memberId}
        onSearchChange={text => setTyped(text.replace(/ \(.*\)$/, ''))}
        onChange={value => {
          act.reset()
          setMemberId(value)
        }}
      />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      {memberId === null ? null : (
        <InlineConfirm
          label="Transfer ownership"
          consequence="Only the new owner can give it back."
          onConfirm={() => act.mutate({ body: { memberId } })}
        />
      )}
    </div>
  )
}
