import { useSecond } from '../use-second.ts'
import { elapsedWords, leftWords, untilWords } from './run-words.ts'

interface CountdownProps {
  /** Milliseconds since 1970. */
  until: number
  /** "58 s left" instead of "in 58 s". */
  isLeft?: boolean | undefined
}

/** When something goes on, counting down. */
export function Countdown({ until, isLeft = false }: CountdownProps) {
  const now = useSecond()
  return <span>{isLeft ? leftWords(until, now) : untilWords(until, now)}</span>
}

/** How long something has taken by now, counting up. `since` is milliseconds since 1970. */
export function Elapsed({ since }: { since: number }) {
  return <span>{elapsedWords(useSecond() - since)}</span>
}
