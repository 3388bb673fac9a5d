import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './entrance.module.css'

/** What went wrong with the whole form, read out when it appears. */
export function FormAlert({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className={classes.alertSlot}>
      {children ? (
        <p className={classes.alert}>
          <CircleAlert size={16} aria-hidden="true" />
          <span>{children}</span>
        </p>
      ) : null}
    </div>
  )
}
