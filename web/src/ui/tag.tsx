import type { ReactNode } from 'react'
import { Dot, type DotTone } from './dot.tsx'
import classes from './tag.module.css'

/** A short label on a record: a tag, a stage, a source. */
export function Tag({ tone, children }: { tone?: DotTone | undefined; children: ReactNode }) {
  return (
    <span className={classes.tag}>
      {tone ? <Dot tone={tone} /> : null}
      <span className={classes.text}>{children}</span>
    </span>
  )
}
