import type { ReactNode, Ref } from 'react'
import { problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import classes from './board-panel.module.css'

interface BoardPanelProps {
  /** What the panel is, for screen readers; its title where that says enough. */
  label?: string
  title: string
  about: string
  /** The reading of what it shows. */
  query: {
    readonly data: unknown
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  /** Whether there is something to show. */
  isReady: boolean
  /** Takes the focus when what had it goes. */
  titleRef?: Ref<HTMLHeadingElement>
  onClose: () => void
  children: ReactNode
}

/** A panel over the board of a workflow, with what it is about and where reading it stands. */
export function BoardPanel({
  label,
  title,
  about,
  query,
  isReady,
  titleRef,
  onClose,
  children,
}: BoardPanelProps) {
  const words = query.error && !query.data ? problemWords(query.error) : undefined
  return (
    <SidePanel label={label ?? title} onClose={onClose}>
      <div className={classes.content}>
        <div>
          <h2 ref={titleRef} className={classes.title} tabIndex={titleRef ? -1 : undefined}>
            {title}
          </h2>
          <p className={classes.about}>{about}</p>
        </div>
        {words ? (
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => void query.refetch()}
          />
        ) : null}
        {words || isReady ? null : <TableSkeleton rows={5} />}
        {children}
      </div>
    </SidePanel>
  )
}
