import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { History, Undo2 } from 'lucide-react'
import { useState } from 'react'
import {
  type ChangeSet,
  cancelChangeSet,
  listChangeSetFailures,
  listChangeSets,
} from '#modules/crm/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import { ACT_STATES } from './act-states.ts'
import classes from './bulk.module.css'
import { ProgressLine } from './bulk-progress.tsx'
import { takeBack } from './use-bulk.ts'

/** What was done to many records at once: how far it is, what was left out, and the way back. */
export function ChangesPage() {
  useTitle('Recent changes')
  const list = useInfiniteQuery({
    queryKey: [...routeKey(listChangeSets), 'all'],
    queryFn: ({ pageParam, signal }) =>
      call(listChangeSets, { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const items = list.data?.pages.flatMap(page => page.items)
  const names = useMemberNames(items?.map(each => each.byUserId) ?? [])
  return (
    <Page>
      <PageHeader title="Recent changes" />
      <PageBody>
        {list.isError && !items ? (
          <PageError error={list.error} reset={() => void list.refetch()} />
        ) : !items ? (
          <TableSkeleton />
        ) : items.length === 0 ? (
          <EmptyState icon={<History size={20} />}>
            When many records are changed, imported or merged at once, it stands here and can be taken back.
          </EmptyState>
        ) : (
          <ul className={classes.list}>
            {items.map(each => (
              <ChangeSetLine
                key={each.id}
                changeSet={each}
                by={each.byUserId ? (names.get(each.byUserId) ?? 'A member') : 'A program'}
              />
            ))}
          </ul>
        )}
        {list.hasNextPage ? (
          <div className={classes.foot}>
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Load more
            </Button>
          </div>
        ) : null}
      </PageBody>
    </Page>
  )
}

function ChangeSetLine({ changeSet, by }: { changeSet: ChangeSet; by: string }) {
  const queryClient = useQueryClient()
  const mayChange = useMay('changes:write')
  const [isOpen, setOpen] = useState(false)
  const { kind, word } = ACT_STATES[changeSet.status]
  const renew = () => queryClient.invalidateQueries({ queryKey: routeKey(listChangeSets) })
  const cancel = useAct(cancelChangeSet, { onSettled: renew, onError: error => sayFailed(error) })
  const isRunning = changeSet.status === 'running'
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        <Status kind={kind}>{word}</Status>
        <span className={classes.title}>{changeSet.title}</span>
        <span className={classes.about}>
          {by}, <RelativeTime at={changeSet.createdAt} />
          {isRunning ? null : `, ${changeSet.done.toLocaleString()} done`}
          {changeSet.reason ? `. ${changeSet.reason}` : ''}
        </span>
      </div>
      <div className={classes.acts}>
        {changeSet.failed > 0 ? (
          <Button size="xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {changeSet.failed.toLocaleString()} left as they are
          </Button>
        ) : null}
        {isRunning && mayChange ? (
          <Button size="xs" onClick={() => cancel.mutate({ params: { changeSetId: changeSet.id } })}>
            Stop here
          </Button>
        ) : null}
        {changeSet.mayUndo && mayChange ? (
          <Button
            size="xs"
            leftSection={<Undo2 size={14} />}
            onClick={async () => {
              await takeBack(changeSet.id)
              await renew()
            }}
          >
            Undo
          </Button>
        ) : null}
      </div>
      {isRunning ? <ProgressLine act={changeSet} /> : null}
      {isOpen ? <Failures changeSet={changeSet} /> : null}
    </li>
  )
}

function Failures({ changeSet }: { changeSet: ChangeSet }) {
  const params = { changeSetId: changeSet.id }
  const list = useInfiniteQuery({
    queryKey: [...routeKey(listChangeSetFailures), params],
    queryFn: ({ pageParam, signal }) =>
      call(
        listChangeSetFailures,
        { params, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const { object } = changeSet
  return (
    <ul className={classes.failures} aria-label="Left as they are">
      {list.data?.pages
        .flatMap(page => page.items)
        .map(({ id, recordId, recordName, message }) => (
          <li key={id} className={classes.failure}>
            {recordName !== null && object !== 'activity' ? (
              <RecordLink object={object} id={recordId}>
                {recordName || 'Without a name'}
              </RecordLink>
            ) : (
              <span>A record that is gone</span>
            )}
            <span className={classes.about}>{message}</span>
          </li>
        ))}
      {list.hasNextPage ? (
        <li>
          <Button size="xs" onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </li>
      ) : null}
    </ul>
  )
}
