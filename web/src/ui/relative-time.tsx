import { Tooltip } from '@mantine/core'
import { exactTime, relativeTime } from './time.ts'
import { useNow } from './use-now.ts'

/** A time as people say it, with the exact one on hover. `at` is RFC 3339 text. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow()
  const instant = Date.parse(at)
  return (
    <Tooltip label={exactTime(instant)}>
      <time dateTime={at}>{relativeTime(instant, now)}</time>
    </Tooltip>
  )
}
