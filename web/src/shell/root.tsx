import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Announcer } from '../ui/announce.tsx'
import { listenForShortcuts, useShortcuts } from '../ui/shortcuts.ts'
import { undoLast } from '../ui/toast-store.ts'
import { Toaster } from '../ui/toaster.tsx'
import { ConfirmGate } from './confirm-gate.tsx'

/** What stands around every page, signed in or not: toasts, spoken messages, keys. */
export function Root() {
  useEffect(listenForShortcuts, [])
  useShortcuts([{ keys: 'mod+z', label: 'Undo the last change', group: 'Everywhere', run: () => undoLast() }])
  return (
    <>
      <Outlet />
      <ConfirmGate />
      <Toaster />
      <Announcer />
    </>
  )
}
