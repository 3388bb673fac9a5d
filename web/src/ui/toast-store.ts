export interface Toast {
  readonly id: number
  readonly tone: 'plain' | 'bad'
  readonly message: string
  /** What was kept and what to do, for failures. */
  readonly detail?: string | undefined
  readonly requestId?: string | undefined
  readonly action?: { readonly label: string; readonly run: () => void } | undefined
  /** Milliseconds until it leaves by itself; Infinity stays. */
  readonly lasts: number
}

type Listener = () => void

let toasts: readonly Toast[] = []
let nextId = 1
let lastUndo: { toastId: number; run: () => void } | undefined
const listeners = new Set<Listener>()
const shownAtOnce = 4

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function add(toast: Omit<Toast, 'id'>): number {
  const id = nextId++
  change([...toasts, { ...toast, id }].slice(-shownAtOnce))
  return id
}

/** For `useSyncExternalStore`. */
export const toastStore = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  list: (): readonly Toast[] => toasts,
}

/** Takes a toast away. Its undo stays reachable with the undo key until another act replaces it. */
export function dismissToast(id: number): void {
  change(toasts.filter(toast => toast.id !== id))
}

/** Says that something was done. Keep it to what the page does not show by itself. */
export function toastDone(message: string): number {
  return add({ tone: 'plain', message, lasts: 5_000 })
}

/** Says what was done and offers to take it back, for ten seconds here and afterwards with the undo key. */
export function toastUndo(message: string, undo: () => void): number {
  const run = () => {
    if (lastUndo?.toastId === id) lastUndo = undefined
    dismissToast(id)
    undo()
  }
  const id: number = add({ tone: 'plain', message, lasts: 10_000, action: { label: 'Undo', run } })
  lastUndo = { toastId: id, run }
  return id
}

export interface Failure {
  readonly message: string
  readonly detail?: string | undefined
  readonly requestId?: string | undefined
  readonly retry?: (() => void) | undefined
}

/** Says that something failed: what happened, what was kept, what to do. Stays until it is read. */
export function toastFailed({ message, detail, requestId, retry }: Failure): number {
  const id: number = add({
    tone: 'bad',
    message,
    detail,
    requestId,
    lasts: Number.POSITIVE_INFINITY,
    action: retry && {
      label: 'Try again',
      run: () => {
        dismissToast(id)
        retry()
      },
    },
  })
  return id
}

/** Takes back the last act that offered undo. Returns false when there is none. */
export function undoLast(): boolean {
  if (!lastUndo) return false
  lastUndo.run()
  return true
}
