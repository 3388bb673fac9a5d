import { ActionIcon } from '@mantine/core'
import { CircleAlert, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { CopyText } from './copy-text.tsx'
import { dismissToast, type Toast, toastStore } from './toast-store.ts'
import classes from './toaster.module.css'

function ToastCard({ toast, held }: { toast: Toast; held: boolean }) {
  useEffect(() => {
    if (held || !Number.isFinite(toast.lasts)) return
    const timer = setTimeout(() => dismissToast(toast.id), toast.lasts)
    return () => clearTimeout(timer)
  }, [toast, held])
  return (
    <li className={classes.toast} data-tone={toast.tone}>
      {toast.tone === 'bad' ? <CircleAlert className={classes.icon} size={16} aria-hidden="true" /> : null}
      <div className={classes.words}>
        <p className={classes.message}>{toast.message}</p>
        {toast.detail ? <p className={classes.detail}>{toast.detail}</p> : null}
        {toast.requestId ? (
          <details className={classes.detail}>
            <summary>Details</summary>
            <CopyText label="Request id" text={toast.requestId} />
          </details>
        ) : null}
      </div>
      {toast.action ? (
        <button type="button" className={classes.action} onClick={toast.action.run}>
          {toast.action.label}
        </button>
      ) : null}
      <ActionIcon size="sm" aria-label="Dismiss" onClick={() => dismissToast(toast.id)}>
        <X size={14} />
      </ActionIcon>
    </li>
  )
}

/** Where toasts stand. One for the whole app; hovering or focusing it holds them. */
export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.list)
  const [held, setHeld] = useState(false)
  return (
    <section
      className={classes.toaster}
      aria-label="Messages"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <ol className={classes.list} aria-live="polite" aria-relevant="additions">
        {toasts.map(toast => (
          <ToastCard key={toast.id} toast={toast} held={held} />
        ))}
      </ol>
    </section>
  )
}
