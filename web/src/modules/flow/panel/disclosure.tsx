import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './disclosure.module.css'

interface DisclosureProps {
  title: string
  /** What it comes down to, while it is closed. */
  summary?: string | undefined
  children: ReactNode
}

/** A part of the panel that few people need, closed until somebody asks. */
export function Disclosure({ title, summary, children }: DisclosureProps) {
  return (
    <details className={classes.part}>
      <summary className={classes.head}>
        <ChevronRight size={14} aria-hidden="true" />
        <span>
          <span className={classes.title}>{title}</span>
          {summary ? <span className={classes.summary}>{summary}</span> : null}
        </span>
      </summary>
      <div className={classes.body}>{children}</div>
    </details>
  )
}
