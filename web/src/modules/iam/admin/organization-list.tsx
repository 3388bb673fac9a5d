import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  listManagedOrganizations,
  type ManagedOrganization,
  reactivateOrganization,
  suspendOrganization,
} from '#modules/iam/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status, type StatusKind } from '../../../ui/status.tsx'
import classes from './admin.module.css'
import { ReasonForm } from './reason-form.tsx'

const standings: Readonly<Record<ManagedOrganization['status'], [StatusKind, string]>> = {
  trial: ['pending', 'Trial'],
  active: ['active', 'Active'],
  past_due: ['waiting', 'Payment due'],
  suspended: ['paused', 'Suspended'],
  cancelled: ['cancelled', 'Cancelled'],
  deleting: ['running', 'Being deleted'],
}

/** All organizations by their address. */
export function OrganizationList() {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 200)
  const list = useInfiniteQuery({
    queryKey: routeKey(listManagedOrganizations, { query: search ? { search } : {} }),
    queryFn: ({ pageParam, signal }) =>
      call(
        listManagedOrganizations,
        { query: { limit: 50, ...(search ? { search } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <>
      <TextInput
        className={classes.search}
        aria-label="Find an organization"
        placeholder="How its address begins"
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
      />
      {list.isError && !rows ? (
        <ErrorState {...problemWords(list.error)} onRetry={() => list.refetch()} />
      ) : rows === undefined ? (
        <TableSkeleton rows={5} />
      ) : rows.length === 0 ? (
        <EmptyState>No organization has an address that begins like this.</EmptyState>
      ) : (
        <ul className={classes.list}>
          {rows.map(each => (
            <OrganizationRow key={each.id} organization={each} />
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <Button loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </>
  )
}

function OrganizationRow({ organization }: { organization: ManagedOrganization }) {
  const { id, name, slug, status, members, ownerEmail, createdAt } = organization
  const queryClient = useQueryClient()
  const isSuspended = status === 'suspended'
  const act = useAct(isSuspended ? reactivateOrganization : suspendOrganization, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listManagedOrganizations) }),
  })
  const [kind, words] = standings[status]
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <span className={classes.name}>{name}</span>
        <span className={classes.quiet}>
          {slug} · {members === 1 ? '1 member' : `${members} members`} · {ownerEmail ?? 'no owner'} · created{' '}
          <RelativeTime at={createdAt} />
        </span>
      </div>
      <Status kind={kind}>{words}</Status>
      {status === 'deleting' ? null : (
        <ReasonForm
          key={status}
          label={isSuspended ? 'Reactivate' : 'Suspend'}
          consequence={
            isSuspended
              ? 'Its members can work again.'
              : 'Its members go on reading and change nothing; its forms close.'
          }
          isPending={act.isPending}
          error={act.error}
          onOpen={act.reset}
          onConfirm={reason => act.mutate({ params: { organizationId: id }, body: { reason } })}
        />
      )}
    </li>
  )
}
