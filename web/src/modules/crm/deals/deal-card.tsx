import { Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Deal } from '#modules/crm/contract.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { dayText } from '../fields/field-words.ts'
import { moneyWords } from '../fields/money.ts'
import { daysInStage, isRotting } from './board-state.ts'
import classes from './deals.module.css'

interface DealCardProps {
  deal: Deal
  ownerName: string | undefined
  now: number
  /** It came or was moved just now, by somebody else. */
  isNews: boolean
  /** It is shown beside the board. */
  isOpen: boolean
  /** What the stage asks for, while it does. */
  ask: ReactNode
}

function daysWords(days: number): string {
  return days === 0 ? 'Today' : days === 1 ? '1 day' : `${days.toLocaleString()} days`
}

/** A deal on the board: what it is worth, whom it is with, when it should close, how long it has been here. */
export function DealCard({ deal, ownerName, now, isNews, isOpen, ask }: DealCardProps) {
  const days = daysInStage(deal, now)
  const rotting = isRotting(deal, now)
  const today = new Date(now).toISOString().slice(0, 10)
  const isLate = deal.status === 'open' && deal.expectedCloseOn !== null && deal.expectedCloseOn < today
  const whom = [deal.company?.name, deal.person?.name].filter(Boolean).join(' · ')
  return (
    <>
      {isOpen ? <span className={classes.open} aria-hidden="true" /> : null}
      {isNews ? <span className={classes.news} aria-hidden="true" /> : null}
      <p className={classes.name}>{deal.name}</p>
      {whom ? <p className={classes.whom}>{whom}</p> : null}
      <p className={classes.worth}>
        <span className={classes.value}>{deal.value ? moneyWords(deal.value) : 'No value'}</span>
        {deal.expectedCloseOn ? (
          <span className={classes.day} data-late={isLate}>
            {isLate ? 'Late, ' : ''}
            {dayText(deal.expectedCloseOn)}
          </span>
        ) : null}
      </p>
      {deal.lostReason ? <p className={classes.whom}>{deal.lostReason.name}</p> : null}
      <div className={classes.foot}>
        <span className={classes.days} data-rotting={rotting} title="Time in this stage">
          {rotting ? <Hourglass size={12} aria-hidden="true" /> : null}
          {daysWords(days)}
          {rotting ? <span className="visually-hidden">, for too long</span> : null}
        </span>
        {ownerName ? <Avatar name={ownerName} size={20} /> : null}
      </div>
      {ask}
    </>
  )
}
