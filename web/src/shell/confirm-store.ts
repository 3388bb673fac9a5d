/** Somebody waits for the person to prove who they are. */
interface Waiting {
  readonly proved: Promise<boolean>
  readonly settle: (proved: boolean) => void
}

let waiting: Waiting | undefined
const listeners = new Set<() => void>()

function change(next: Waiting | undefined): void {
  waiting = next
  for (const listener of listeners) listener()
}

/** For `useSyncExternalStore`. */
export const confirmStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isOpen: (): boolean => waiting !== undefined,
}

/** Opens the dialog that asks for a proof, or joins the one that is open. Resolves with whether it was given. */
export function askToConfirm(): Promise<boolean> {
  if (waiting) return waiting.proved
  let settle: (proved: boolean) => void = () => {}
  const proved = new Promise<boolean>(resolve => {
    settle = resolve
  })
  change({ proved, settle })
  return proved
}

/** Closes the dialog; what waited goes on, or fails as it had. */
export function closeConfirm(proved: boolean): void {
  const { settle } = waiting ?? {}
  change(undefined)
  settle?.(proved)
}
