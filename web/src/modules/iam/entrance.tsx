import type { ReactNode } from 'react'
import { WordMark } from '../../ui/mark.tsx'
import { OverlayRoot } from '../../ui/overlay-root.tsx'
import classes from './entrance.module.css'

/** The frame of the pages before one is signed in. */
export function Entrance({
  title,
  children,
  footer,
}: {
  title: string
  children: ReactNode
  footer: ReactNode
}) {
  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <WordMark />
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>{title}</h1>
        {children}
        <p className={classes.footer}>{footer}</p>
        <OverlayRoot />
      </main>
    </div>
  )
}
