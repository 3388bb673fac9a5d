import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  /** A quiet drawing of what will stand here, or an icon. */
  icon?: ReactNode
  /** One sentence that says what belongs here. */
  children: ReactNode
  /** One action: a button or a link. */
  action?: ReactNode
}

/** An empty page or list: one sentence, one action. */
export function EmptyState({ icon, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      {icon ? (
        <div className={classes.icon} aria-hidden="true">
          {icon}
        </div>
      ) : null}
      <p className={classes.sentence}>{children}</p>
      {action}
    </div>
  )
}
