import { Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { verifyAuditLog } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../../shell/api.ts'
import { Status } from '../../../../ui/status.tsx'

/** Checking reads the whole log, so it is not done again at every visit. */
const STALE_MS = 5 * 60_000

const reasons = {
  missing: 'is missing',
  changed: 'was changed',
  chain_broken: 'does not follow from the one before',
  beyond_head: 'is more than there should be',
  head_changed: 'is not what the end of the log says',
} as const

/** Whether the log is as it was written: every entry holds the hash of the one before it. */
export function ChainState() {
  const { data, isError } = useQuery({ ...routeQuery(verifyAuditLog, {}), staleTime: STALE_MS })
  if (isError) return <Status kind="unknown">The log could not be checked</Status>
  if (!data) return <Status kind="running">Checking the log</Status>
  const { firstBreak, verifiedTo, headHash } = data
  if (firstBreak) {
    return (
      <Status kind="failed">
        Entry {firstBreak.number} {reasons[firstBreak.reason]}
      </Status>
    )
  }
  if (verifiedTo === 0) return <Status kind="draft">No entries yet</Status>
  return (
    <Tooltip label={`Hash of the last entry: ${headHash.slice(0, 16)}…`}>
      <span>
        <Status kind="done">Verified up to entry {verifiedTo}</Status>
      </span>
    </Tooltip>
  )
}
