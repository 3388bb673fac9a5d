import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './tabs.module.css'

/** Views of one page. Each is a link, so that a view can be opened, shared and gone back to. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {children}
    </nav>
  )
}

/** One view: where it leads and what it is called. */
export function Tab({
  children,
  count,
  ...link
}: LinkProps & { children: ReactNode; count?: number | undefined }) {
  return (
    <Link {...link} className={classes.tab} activeProps={{ 'aria-current': 'page' }}>
      {children}
      {count === undefined ? null : <span className={classes.count}>{count}</span>}
    </Link>
  )
}
