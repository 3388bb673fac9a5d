import { useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { RecordObject } from '#modules/crm/contract.ts'
import { recordPlace } from '../fields/record-link.tsx'
import type { RecordTarget } from './edits.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The record that is shown in a panel over the list at this location. */
    peeked?: RecordTarget
  }
}

export interface Peek {
  /** The record over the list. */
  readonly target: RecordTarget | undefined
  /** Shows a record over the list, or another one in its place. */
  readonly open: (target: RecordTarget) => void
  readonly close: () => void
}

/**
 * A record over a list. The list stays where it is, with its view, its place and its selection; the address is that of the record,
 * so that a reload and a copied link show it as a page. Back closes it.
 */
export function usePeek(): Peek {
  const navigate = useNavigate()
  const router = useRouter()
  const peeked = useLocation({ select: location => location.state.peeked })
  const target = isTarget(peeked) ? peeked : undefined
  const open = (next: RecordTarget) => {
    void navigate({
      to: '.',
      search: true,
      state: before => ({ ...before, peeked: { object: next.object, id: next.id } }),
      mask: { ...recordPlace(next.object, next.id), unmaskOnReload: true },
      replace: target !== undefined,
      resetScroll: false,
    })
  }
  // The list is one step back, always: a panel is opened from it, and another record takes the same step.
  const close = () => router.history.back()
  return { target, open, close }
}

function isTarget(value: unknown): value is RecordTarget {
  if (typeof value !== 'object' || value === null) return false
  const { object, id } = value as Record<string, unknown>
  return RecordObject.safeParse(object).success && typeof id === 'string'
}
