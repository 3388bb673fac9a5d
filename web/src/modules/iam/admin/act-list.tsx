import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { listPlatformActs } from '#modules/iam/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import classes from './admin.module.css'

const deeds: Readonly<Record<string, string>> = {
  'organization.suspended': 'suspended an organization',
  'organization.reactivated': 'reactivated an organization',
  'organization.deleted': 'deleted their organization',
  'user.second_factors_reset': 'reset the second factors of a user',
  'user.suspended': 'suspended a user',
  'user.reactivated': 'reactivated a user',
  'user.admin_granted': 'let a user look after the installation',
  'user.admin_revoked': 'took the installation from a user',
}

/** What was done from outside, newest first. Nothing of it can be changed. */
export function ActList() {
  const list = useInfiniteQuery({
    queryKey: routeKey(listPlatformActs, { query: {} }),
    queryFn: ({ pageParam, signal }) =>
      call(
        listPlatformActs,
        { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const rows = list.data?.pages.flatMap(page => page.items)
  if (list.isError && !rows) {
    return <ErrorState {...problemWords(list.error)} onRetry={() => list.refetch()} />
  }
  if (!rows) return <TableSkeleton rows={5} />
  if (rows.length === 0) return <EmptyState>Nothing has been done from outside yet.</EmptyState>
  return (
    <>
      <ul className={classes.list}>
        {rows.map(act => (
          <li key={act.id} className={classes.row}>
            <div className={classes.words}>
              <span>
                <span className={classes.name}>{act.actor ?? 'The installation'}</span>{' '}
                {deeds[act.action] ?? act.action}
              </span>
              <span className={classes.quiet}>{act.reason || 'No reason given'}</span>
            </div>
            <CopyText label={`Id of the ${act.subjectType}`} text={act.subjectId} />
            <span className={classes.quiet}>
              <RelativeTime at={act.at} />
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </>
  )
}
