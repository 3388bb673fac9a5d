import type { ReactNode } from 'react'
import classes from './page.module.css'

/** A page of the app: its head stays, its body scrolls. */
export function Page({ children }: { children: ReactNode }) {
  return <div className={classes.page}>{children}</div>
}

/** The scrolling part of a page whose content is text and forms; lists and boards scroll by themselves. */
export function PageBody({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <div className={classes.body} tabIndex={0}>
      {children}
    </div>
  )
}

interface SectionProps {
  title: string
  /** What this part is for, under 70 characters a line. */
  about?: ReactNode
  children: ReactNode
}

/** A titled part of a page, divided from the next by a hairline. */
export function Section({ title, about, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{title}</h2>
        {about ? <p className={classes.about}>{about}</p> : null}
      </div>
      <div className={classes.sectionBody}>{children}</div>
    </section>
  )
}
