import type { ReactNode } from 'react'
import { Avatar } from './avatar.tsx'
import classes from './record-header.module.css'

interface RecordFact {
  label: string
  value: ReactNode
}

interface RecordHeaderProps {
  name: string
  /** A company, a form, a workflow is square; a person is round. */
  square?: boolean | undefined
  /** The line under the name: title and company, an e-mail address. */
  subtitle?: ReactNode
  status?: ReactNode
  facts?: readonly RecordFact[] | undefined
  actions?: ReactNode
}

/** Who this is, where it stands, what to do next: the head of a record page and of its side panel. */
export function RecordHeader({ name, square, subtitle, status, facts = [], actions }: RecordHeaderProps) {
  return (
    <div className={classes.header}>
      <div className={classes.top}>
        <Avatar name={name} size={40} square={square} />
        <div className={classes.names}>
          <h2 className={classes.name}>{name}</h2>
          <div className={classes.subtitle}>
            {subtitle}
            {status ? <span className={classes.status}>{status}</span> : null}
          </div>
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
      {facts.length > 0 ? (
        <dl className={classes.facts}>
          {facts.map(fact => (
            <div className={classes.fact} key={fact.label}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  )
}
