import { useEffect, useRef, useState } from 'react'
import { ARRIVAL_MS, arrivalsBetween, NOTHING_NEW } from './arrivals.ts'
import type { Trail } from './run-path.ts'

/**
 * The nodes whose steps are new since the run was last read, with their place in line. A run often does several
 * steps in one go; shown one after the other they can be followed. On the first look nothing is new, and what
 * was new is so no longer once it has been shown.
 */
export function useArrivals(trails: readonly Trail[]): ReadonlyMap<string, number> {
  const memory = useRef({ trails, arrivals: NOTHING_NEW })
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(NOTHING_NEW)
  if (memory.current.trails !== trails) {
    memory.current = { trails, arrivals: arrivalsBetween(memory.current.trails, trails) }
  }
  const { arrivals } = memory.current
  useEffect(() => {
    if (arrivals.size === 0) return
    const timer = setTimeout(() => setShown(arrivals), (arrivals.size + 4) * ARRIVAL_MS)
    return () => clearTimeout(timer)
  }, [arrivals])
  return shown === arrivals ? NOTHING_NEW : arrivals
}
