import type { ReactNode } from 'react'
import { EmptyState } from '../../../ui/empty-state.tsx'
import type { ListObject } from './list-objects.ts'

/** A list without a record: what belongs there, and how it comes there. */
export function EmptyList({ of, action }: { of: ListObject; action?: ReactNode }) {
  return (
    <EmptyState icon={<of.icon size={20} />} action={action}>
      {of.empty}
    </EmptyState>
  )
}
