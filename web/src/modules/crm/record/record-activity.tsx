import { EmptyState } from '../../../ui/empty-state.tsx'
import type { RecordTarget } from './edits.ts'

/** What is next and what happened. */
export function RecordActivity({ target }: { target: RecordTarget }) {
  return <EmptyState>What happens with this {target.object} stands here.</EmptyState>
}
