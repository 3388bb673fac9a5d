import type { ReactNode } from 'react'
import classes from './status.module.css'

export type StatusKind =
  | 'draft'
  | 'pending'
  | 'running'
  | 'waiting'
  | 'done'
  | 'active'
  | 'paused'
  | 'failed'
  | 'cancelled'
  | 'unknown'

const ring = <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
const disc = <circle cx="7" cy="7" r="6.25" fill="currentColor" />
const cut = { fill: 'none', stroke: 'var(--surface)', strokeWidth: 1.5, strokeLinecap: 'round' } as const
const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' } as const

/** A shape of its own for each status, so that nobody has to tell colours apart. */
const shapes: Readonly<Record<StatusKind, ReactNode>> = {
  draft: <circle cx="7" cy="7" r="5.5" {...line} strokeDasharray="0.1 2.78" />,
  pending: <circle cx="7" cy="7" r="5.5" {...line} strokeDasharray="2.1 2.22" strokeLinecap="butt" />,
  running: (
    <>
      <circle cx="7" cy="7" r="5.5" {...line} strokeOpacity="0.28" />
      <path className={classes.turning} d="M7 1.5a5.5 5.5 0 0 1 5.5 5.5" {...line} />
    </>
  ),
  waiting: (
    <>
      {ring}
      <path d="M7 4.2V7l1.8 1.2" {...line} />
    </>
  ),
  done: (
    <>
      {disc}
      <path d="m4.4 7.2 1.8 1.8 3.4-3.7" {...cut} strokeLinejoin="round" />
    </>
  ),
  active: (
    <>
      {ring}
      <circle cx="7" cy="7" r="2.75" fill="currentColor" />
    </>
  ),
  paused: (
    <>
      {ring}
      <path d="M5.6 5.2v3.6M8.4 5.2v3.6" {...line} />
    </>
  ),
  failed: (
    <>
      {disc}
      <path d="m5 5 4 4M9 5 5 9" {...cut} />
    </>
  ),
  cancelled: (
    <>
      {ring}
      <path d="m3.4 10.6 7.2-7.2" {...line} />
    </>
  ),
  unknown: (
    <>
      {ring}
      <path d="M5.6 5.6a1.45 1.45 0 1 1 2 1.5c-.4.2-.6.4-.6.8M7 9.9v.02" {...line} strokeWidth="1.3" />
    </>
  ),
}

/** The status icon alone; give it a word nearby. */
export function StatusIcon({ kind }: { kind: StatusKind }) {
  return (
    <svg
      className={classes.icon}
      data-kind={kind}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
    >
      {shapes[kind]}
    </svg>
  )
}

/** A status: icon and word. */
export function Status({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  return (
    <span className={classes.status}>
      <StatusIcon kind={kind} />
      <span className={classes.word}>{children}</span>
    </span>
  )
}
