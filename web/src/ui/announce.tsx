import { useSyncExternalStore } from 'react'

let words = ''
const listeners = new Set<() => void>()

/** Speaks a sentence to a screen reader without showing it. The latest one wins. */
export function announce(sentence: string): void {
  // The same sentence twice would not be read again; a trailing no-break space makes it a new one.
  words = sentence === words ? `${sentence}\u00a0` : sentence
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The live region; stands once in the app and outlives every page. */
export function Announcer() {
  const sentence = useSyncExternalStore(subscribe, () => words)
  return (
    <div className="visually-hidden" role="status" aria-live="assertive" aria-atomic="true">
      {sentence}
    </div>
  )
}
