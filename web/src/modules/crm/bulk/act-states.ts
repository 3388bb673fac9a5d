import type { ChangeSetStatus } from '#modules/crm/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'

/** How far an act over many records is, as people read it. */
export const ACT_STATES: Readonly<Record<ChangeSetStatus, { kind: StatusKind; word: string }>> = {
  running: { kind: 'running', word: 'Under way' },
  done: { kind: 'done', word: 'Done' },
  failed: { kind: 'failed', word: 'Ended early' },
  cancelled: { kind: 'cancelled', word: 'Stopped' },
  undoing: { kind: 'running', word: 'Being taken back' },
  undone: { kind: 'cancelled', word: 'Taken back' },
}
