import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { type ChangeSet, cancelChangeSet, getChangeSet } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { FootBar } from '../../../ui/selection-bar.tsx'
import classes from './bulk.module.css'

/** Live messages say when it moved; where they do not arrive, looking is the way. */
const LOOK_MS = 2_000

/** How far an act over many records is, and the way to stop it. The page may be left. */
export function BulkProgress({
  changeSet,
  onEnd,
}: {
  changeSet: ChangeSet
  onEnd: (ended: ChangeSet) => void
}) {
  const params = { changeSetId: changeSet.id }
  const { data = changeSet } = useQuery({
    ...routeQuery(getChangeSet, { params }),
    initialData: changeSet,
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? LOOK_MS : false),
  })
  const cancel = useAct(cancelChangeSet, { onError: error => sayFailed(error) })
  const isOver = data.status !== 'running'
  const hasEnded = useRef(false)
  useEffect(() => {
    if (!isOver || hasEnded.current) return
    hasEnded.current = true
    onEnd(data)
  }, [isOver, data, onEnd])
  return (
    <FootBar label="Work under way">
      <ProgressLine act={data} />
      <Button size="xs" onClick={() => cancel.mutate({ params })} loading={cancel.isPending}>
        Stop here
      </Button>
      <Link to="/changes" className={classes.link}>
        Recent changes
      </Link>
    </FootBar>
  )
}

/** The bar and the figures of an act that is under way. */
export function ProgressLine({ act }: { act: Pick<ChangeSet, 'done' | 'failed' | 'total' | 'title'> }) {
  const { done, failed, total, title } = act
  const sofar = done + failed
  return (
    <span className={classes.progress} role="status">
      <span className={classes.words}>
        {title}: {sofar.toLocaleString()}
        {total === null ? '' : ` of ${Math.max(total, sofar).toLocaleString()}`}
      </span>
      <progress
        className={classes.meter}
        aria-label={title}
        max={total === null ? undefined : Math.max(total, sofar, 1)}
        value={total === null ? undefined : sofar}
      />
    </span>
  )
}
