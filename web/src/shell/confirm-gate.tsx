import { lazy, Suspense, useSyncExternalStore } from 'react'
import { confirmStore } from './confirm-store.ts'

const ConfirmIdentity = lazy(() =>
  import('./confirm-identity.tsx').then(module => ({ default: module.ConfirmIdentity })),
)

/** Shows the dialog that asks for a proof of who one is, while somebody waits for one. */
export function ConfirmGate() {
  const isOpen = useSyncExternalStore(confirmStore.subscribe, confirmStore.isOpen)
  return <Suspense>{isOpen ? <ConfirmIdentity /> : null}</Suspense>
}
