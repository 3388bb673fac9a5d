import { useCallback, useRef, useSyncExternalStore } from 'react'
import { type ListPart, type ListQuestion, type ListSource, sourceOf } from './list-source.ts'

/** What is there of each of several lists, and what reads on in them. */
export function useSources(questions: readonly ListQuestion[]): {
  readonly parts: readonly ListPart[]
  readonly sources: readonly ListSource[]
} {
  const sources = questions.map(sourceOf)
  const known = useRef(sources)
  if (known.current.length !== sources.length || known.current.some((each, at) => each !== sources[at]))
    known.current = sources
  const shown = known.current
  const parts = useRef<readonly ListPart[]>([])
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = shown.map(source => source.subscribe(listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    [shown],
  )
  const snapshot = () => {
    const now = shown.map(source => source.part)
    if (now.length !== parts.current.length || now.some((part, at) => part !== parts.current[at]))
      parts.current = now
    return parts.current
  }
  return { parts: useSyncExternalStore(subscribe, snapshot), sources: shown }
}
