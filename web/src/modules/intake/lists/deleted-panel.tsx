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
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { BoardPanel } from '../board/board-panel.tsx'
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
  const leads = query.data?.pages.flatMap(page => page.items)
  return (
    <BoardPanel
      title="Deleted leads"
      about="A deleted lead can be brought back for 90 days, with its answers and its history."
      query={query}
      isReady={leads !== undefined}
      titleRef={title}
      onClose={onClose}
    >
      {leads?.length === 0 ? <p className={classes.none}>Nothing was deleted.</p> : null}
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
    </BoardPanel>
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
