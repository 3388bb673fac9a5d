import { ChevronRight } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import classes from './page-header.module.css'

interface PageHeaderProps {
  /** Ways back, outermost first; links. */
  trail?: readonly ReactNode[] | undefined
  title: ReactNode
  /** Beside the title: a status, a count. */
  meta?: ReactNode
  /** View tabs under the title line. */
  tabs?: ReactNode
  /** Quiet actions, then the one primary action at the right end. */
  actions?: ReactNode
}

/** The head of every page: breadcrumb, title, tabs, primary action on the right. */
export function PageHeader({ trail = [], title, meta, tabs, actions }: PageHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <div className={classes.names}>
          {trail.map((crumb, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a trail keeps its order
            <Fragment key={index}>
              <span className={classes.crumb}>{crumb}</span>
              <ChevronRight className={classes.chevron} size={14} aria-hidden="true" />
            </Fragment>
          ))}
          <h1 className={classes.title}>{title}</h1>
          {meta ? <div className={classes.meta}>{meta}</div> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
      {tabs ? <div className={classes.tabs}>{tabs}</div> : null}
    </header>
  )
}
