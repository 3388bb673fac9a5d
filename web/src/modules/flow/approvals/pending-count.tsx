import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../../shell/session.ts'
import { isAsked } from './approval-words.ts'
import classes from './approvals.module.css'
import { pendingApprovals } from './pending.ts'

const COUNT_MAX = 99

/** How many decisions wait for the signed-in person; nothing while there is none. */
export function PendingCount() {
  const { role } = useSession()
  const { data } = useQuery(pendingApprovals())
  const count = data?.items.filter(approval => isAsked(approval, role)).length ?? 0
  if (count === 0) return null
  return (
    <span className={classes.count}>
      {count > COUNT_MAX || data?.nextCursor ? `${Math.min(count, COUNT_MAX)}+` : count}
      <span className="visually-hidden"> to decide</span>
    </span>
  )
}
