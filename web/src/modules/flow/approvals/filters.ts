import type { Approval } from '#modules/flow/contract.ts'
import { approvalStatusWords } from './approval-words.ts'

export const approvalFilters = ['pending', 'approved', 'rejected', 'withdrawn', 'all'] as const
export type ApprovalFilter = Approval['status'] | 'all'

/** What a filter of the list is called. */
export function filterWords(filter: ApprovalFilter): string {
  return filter === 'all' ? 'All' : approvalStatusWords(filter).word
}

/** What an empty list says, by its filter. */
export const EMPTY_WORDS: Readonly<Record<ApprovalFilter, string>> = {
  pending:
    'Nothing waits for a decision. When a workflow comes to an approval step, its question stands here.',
  approved: 'Nothing was approved yet.',
  rejected: 'Nothing was rejected yet.',
  withdrawn: 'No question was withdrawn. That happens when nobody answers in time or the run ends before.',
  all: 'When a workflow comes to an approval step, its question stands here until somebody decides.',
}
