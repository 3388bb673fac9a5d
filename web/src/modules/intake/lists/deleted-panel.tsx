import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import {
  type DeletedLead,
  getBoard,
  listDeletedLeads,
  listLeads,
  restoreLead,
} from '#modules/intake/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import columns from '../columns/columns.module.css'
import classes from './deleted-panel.module.css'

/** Deleted leads of a workflow, the last one first, and the way to bring them back. */
export function DeletedPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const params = { workflowId }
  const query = useInfiniteQuery({
    queryKey: [listDeletedLeads.id, { params }],
    queryFn: ({ pageParam, signal }) =>
      call(
        listDeletedLeads,
        { params, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const title = useRef<HTMLHeadingElement>(null)
  useShortcuts([{ keys: 'escape', label: 'Close the deleted leads', group: 'Leads', run: onClose }])
  const words = query.error && !query.data ? problemWords(query.error) : undefined
  const leads = query.data?.pages.flatMap(page => page.items)
  return (
    <SidePanel label="Deleted leads" onClose={onClose}>
      <div className={columns.content}>
        <div>
          <h2 ref={title} className={columns.title} tabIndex={-1}>
            Deleted leads
          </h2>
          <p className={columns.about}>
            A deleted lead can be brought back for 90 days, with its answers and its history.
          </p>
        </div>
        {words ? (
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => query.refetch()}
          />
        ) : null}
        {query.isPending ? <TableSkeleton rows={5} /> : null}
        {leads?.length === 0 ? <p className={columns.about}>Nothing was deleted.</p> : null}
        <ul className={classes.list}>
          {leads?.map(lead => (
            <DeletedLine key={lead.id} lead={lead} onBack={() => title.current?.focus()} />
          ))}
        </ul>
        {query.hasNextPage ? (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        ) : null}
      </div>
    </SidePanel>
  )
}

/** `onBack` is called once it is back: its button goes, and the focus has to be somewhere. */
function DeletedLine({ lead, onBack }: { lead: DeletedLead; onBack: () => void }) {
  const mayWrite = useMay('leads:write')
  const restore = useAct(restoreLead, {
    onSuccess: () => {
      toastDone(`${lead.name} is back on the board.`)
      onBack()
    },
    onError: error => sayFailed(error),
    onSettled: () =>
      Promise.all(
        [listDeletedLeads, getBoard, listLeads].map(route =>
          queryClient.invalidateQueries({ queryKey: routeKey(route) }),
        ),
      ),
  })
  return (
    <li className={classes.line}>
      <div className={classes.who}>
        <p className={classes.name}>{lead.name}</p>
        <p className={classes.about}>
          {lead.email === lead.name ? '' : `${lead.email}, `}deleted <RelativeTime at={lead.deletedAt} />
        </p>
      </div>
      {mayWrite ? (
        <Button
          size="xs"
          loading={restore.isPending}
          aria-label={`Bring ${lead.name} back`}
          onClick={() => restore.mutate({ params: { leadId: lead.id } })}
        >
          Bring back
        </Button>
      ) : null}
    </li>
  )
}
