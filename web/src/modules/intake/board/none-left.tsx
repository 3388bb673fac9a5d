import { Button } from '@mantine/core'
import { UserRoundPlus } from 'lucide-react'
import { EmptyState } from '../../../ui/empty-state.tsx'
import type { LeadLook } from '../lists/use-lead-look.ts'

/** In place of the leads when the filter lets none through. */
export function NoneLeft({ look: { search, change } }: { look: LeadLook }) {
  const isFiltered = search.filter !== undefined || search.q !== undefined
  if (!isFiltered)
    return <EmptyState icon={<UserRoundPlus size={20} />}>None of these leads is yours.</EmptyState>
  return (
    <EmptyState
      icon={<UserRoundPlus size={20} />}
      action={<Button onClick={() => change({ filter: undefined, q: undefined })}>Clear the filter</Button>}
    >
      No lead is like that.
    </EmptyState>
  )
}
