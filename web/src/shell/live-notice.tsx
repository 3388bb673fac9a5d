import { Tooltip } from '@mantine/core'
import { WifiOff } from 'lucide-react'
import { useLiveState } from './live.ts'
import classes from './live-notice.module.css'

/** Says that the connection is gone and being made again; says nothing while all is well. */
export function LiveNotice({ narrow = false }: { narrow?: boolean | undefined }) {
  const state = useLiveState()
  const words = 'Offline, reconnecting'
  return (
    <div role="status">
      {state === 'offline' ? (
        <Tooltip label={words} position="right" disabled={!narrow}>
          <span className={classes.notice} data-narrow={narrow}>
            <WifiOff size={14} aria-hidden="true" />
            <span className={narrow ? 'visually-hidden' : undefined}>{words}</span>
          </span>
        </Tooltip>
      ) : null}
    </div>
  )
}
