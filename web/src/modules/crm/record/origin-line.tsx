import { Link } from '@tanstack/react-router'
import type { HistoryEntry, Provenance } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { useSession } from '../../../shell/session.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { originWords } from './origin-words.ts'

/** Who or what wrote something, by which way, and when. */
export function OriginLine({ origin }: { origin: Provenance | HistoryEntry }) {
  const { user } = useSession()
  const names = useMemberNames([origin.actor.userId])
  const { who, how, runId } = originWords(origin, names, user.id)
  return (
    <span>
      {runId ? (
        <Link to="/runs/$runId" params={{ runId }}>
          {who}
        </Link>
      ) : (
        who
      )}{' '}
      {how ? `${how}, ` : null}
      <RelativeTime at={origin.at} />
    </span>
  )
}
