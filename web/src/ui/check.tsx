import type { ComponentPropsWithRef } from 'react'
import classes from './check.module.css'

/** A small check box for table rows and lists; give it an aria-label. */
export function Check({
  mixed = false,
  ...rest
}: ComponentPropsWithRef<'input'> & { mixed?: boolean | undefined }) {
  return (
    <input
      {...rest}
      type="checkbox"
      className={classes.check}
      ref={element => {
        if (element) element.indeterminate = mixed
      }}
    />
  )
}
