import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import type { RunDetail } from '#modules/flow/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { exactTime } from '../../../ui/time.ts'
import { pendingApprovals } from '../approvals/pending.ts'
import classes from './run.module.css'
import type { Trail } from './run-path.ts'
import { waitsForDecision, waitWords } from './waits.ts'

/** What a waiting step waits for, until when at most, and where to act when people can. */
export function StepWait({ run, trail }: { run: RunDetail; trail: Trail }) {
  if (trail.state !== 'waiting' || trail.isRetrying) return null
  const words = waitWords(trail)
  const end = trail.until === null ? undefined : exactTime(trail.until)
  const isHeld = run.status === 'paused'
  if (words === undefined && end === undefined && !isHeld) return null
  return (
    <div className={classes.waits}>
      <p>
        {words ? (
          <>
            {words.sentence}
            {end ? ` At most until ${end}.` : null}
          </>
        ) : end ? (
          `It waits until ${end}.`
        ) : null}
        {isHeld ? ' The run is paused; nothing happens until it is resumed.' : null}
      </p>
      {waitsForDecision(trail) ? <ToDecision runId={run.id} /> : null}
    </div>
  )
}

function ToDecision({ runId }: { runId: string }) {
  const { data } = useQuery(pendingApprovals())
  const approval = data?.items.find(each => each.runId === runId)
  return approval ? (
    <Button
      size="xs"
      renderRoot={props => (
        <Link to="/approvals/$approvalId" params={{ approvalId: approval.id }} {...props} />
      )}
    >
      Decide
    </Button>
  ) : (
    <Link to="/approvals">See what is to be decided</Link>
  )
}

/** Steps inside a loop are repeated with their loop, and a trigger by repeating from the start. */
export function RepeatFromHere({ run, trail }: { run: RunDetail; trail: Trail }) {
  const navigate = useNavigate({ from: '/runs/$runId' })
  const may = useMay('workflows:write')
  const isTrigger = trail.number === run.stepList[0]?.number
  if (!may || trail.path !== '' || isTrigger) return null
  return (
    <Button
      size="xs"
      leftSection={<RotateCcw size={12} aria-hidden="true" />}
      onClick={() => navigate({ search: old => ({ ...old, repeat: trail.number }), replace: true })}
    >
      Repeat from here
    </Button>
  )
}
