import { Button } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { CopyText } from './copy-text.tsx'
import classes from './error-state.module.css'

interface ErrorStateProps {
  /** What happened, in one plain sentence. */
  what: string
  /** What was kept and what to do. */
  next?: string | undefined
  requestId?: string | undefined
  onRetry?: (() => void) | undefined
  retryLabel?: string | undefined
}

/** An error in place of content: what happened, what was kept, what to do, the request id one click away. */
export function ErrorState({ what, next, requestId, onRetry, retryLabel = 'Try again' }: ErrorStateProps) {
  return (
    <div className={classes.error} role="alert">
      <TriangleAlert className={classes.icon} size={16} aria-hidden="true" />
      <div className={classes.words}>
        <p className={classes.what}>{what}</p>
        {next ? <p className={classes.next}>{next}</p> : null}
        <div className={classes.actions}>
          {onRetry ? (
            <Button size="xs" onClick={onRetry}>
              {retryLabel}
            </Button>
          ) : null}
          {requestId ? (
            <details className={classes.details}>
              <summary>Details</summary>
              <CopyText label="Request id" text={requestId} />
            </details>
          ) : null}
        </div>
      </div>
    </div>
  )
}
