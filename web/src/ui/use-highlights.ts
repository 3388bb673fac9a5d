import { useCallback, useEffect, useRef, useState } from 'react'

const LASTS_MS = 2_400

/**
 * Records that just came or changed, each for a short while: `highlight` says that one did, `highlighted` holds
 * their ids. Draw them with a fading background.
 */
export function useHighlights(): {
  highlighted: ReadonlySet<string>
  highlight: (id: string) => void
} {
  const [highlighted, setHighlighted] = useState<ReadonlySet<string>>(() => new Set())
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  const highlight = useCallback((id: string) => {
    const end = () => {
      timers.current.delete(id)
      setHighlighted(now => new Set([...now].filter(other => other !== id)))
    }
    clearTimeout(timers.current.get(id))
    timers.current.set(id, setTimeout(end, LASTS_MS))
    setHighlighted(now => new Set(now).add(id))
  }, [])
  useEffect(() => {
    const running = timers.current
    return () => {
      for (const timer of running.values()) clearTimeout(timer)
      running.clear()
    }
  }, [])
  return { highlighted, highlight }
}
