import type { LeadCard } from '#modules/intake/contract.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { shortAnswer } from './answer-words.ts'
import classes from './lead-card.module.css'

interface LeadCardViewProps {
  lead: LeadCard
  /** It came or was moved just now, by somebody else. */
  isNews: boolean
  /** It is shown beside the board. */
  isOpen: boolean
}

/** A lead on the board: who, what they answered first, since when. */
export function LeadCardView({ lead, isNews, isOpen }: LeadCardViewProps) {
  return (
    <>
      {isOpen ? <span className={classes.open} aria-hidden="true" /> : null}
      {isNews ? <span className={classes.news} aria-hidden="true" /> : null}
      <p className={classes.name}>{lead.name}</p>
      {lead.name === lead.email ? null : <p className={classes.email}>{lead.email}</p>}
      {lead.highlights.length > 0 ? (
        <dl className={classes.answers}>
          {lead.highlights.map(({ label, value }) => (
            <div key={label} className={classes.answer}>
              <dt>{label}</dt>
              <dd>{shortAnswer(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <p className={classes.time}>
        <RelativeTime at={lead.createdAt} />
      </p>
    </>
  )
}
