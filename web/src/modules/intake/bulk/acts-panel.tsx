import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import {
  cancelLeadAct,
  type LeadAct,
  type LeadActProblem,
  listLeadActProblems,
  listLeadActs,
} from '#modules/intake/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { Status } from '../../../ui/status.tsx'
import { ACT_STATES } from '../../crm/bulk/act-states.ts'
import { ProgressLine } from '../../crm/bulk/bulk-progress.tsx'
import { BoardPanel } from '../board/board-panel.tsx'
import classes from './acts-panel.module.css'
import { takeLeadActBack } from './use-lead-acts.ts'

/** What was done to all leads that a filter let through: how far it is, what was left out, and the way back. */
export function ActsPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const params = { workflowId }
  const query = useInfiniteQuery({
    queryKey: [listLeadActs.id, { params, pages: true }],
    queryFn: ({ pageParam, signal }) =>
      call(
        listLeadActs,
        { params, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  useShortcuts([{ keys: 'escape', label: 'Close the recent changes', group: 'Leads', run: onClose }])
  const acts = query.data?.pages.flatMap(page => page.items)
  const names = useMemberNames(acts?.map(({ byUserId }) => byUserId) ?? [])
  return (
    <BoardPanel
      title="Recent changes"
      about="What was done to all leads of a column or a filter at once. It can be taken back for 30 days."
      query={query}
      isReady={acts !== undefined}
      onClose={onClose}
    >
      {acts?.length === 0 ? (
        <p className={classes.about}>
          Nothing yet. Select the leads of a column or a list, then all of them, and move, give away or delete
          them.
        </p>
      ) : null}
      <ul className={classes.list}>
        {acts?.map(act => (
          <ActLine
            key={act.id}
            act={act}
            by={act.byUserId === null ? 'A program' : (names.get(act.byUserId) ?? 'A member')}
          />
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

function ActLine({ act, by }: { act: LeadAct; by: string }) {
  const mayWrite = useMay('leads:write')
  const [isOpen, setOpen] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const cancel = useAct(cancelLeadAct, {
    onSettled: () => queryClient.invalidateQueries({ queryKey: routeKey(listLeadActs) }),
    onError: error => sayFailed(error),
  })
  const { kind, word } = ACT_STATES[act.status]
  const isRunning = act.status === 'running'
  return (
    <li className={classes.line}>
      {isRunning ? <ProgressLine act={act} /> : <p className={classes.title}>{act.title}</p>}
      <p className={classes.about}>
        {by}, <RelativeTime at={act.createdAt} />
        {isRunning ? null : `, ${act.done.toLocaleString()} done`}
        {act.reason === null ? null : `. ${act.reason}`}
      </p>
      <div className={classes.acts}>
        <Status kind={kind}>{word}</Status>
        {act.failed > 0 ? (
          <Button size="xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {act.failed.toLocaleString()} left as they are
          </Button>
        ) : null}
        {isRunning && mayWrite ? (
          <Button
            size="xs"
            loading={cancel.isPending}
            aria-label={`Stop here: ${act.title}`}
            onClick={() => cancel.mutate({ params: { leadActId: act.id } })}
          >
            Stop here
          </Button>
        ) : null}
        {act.mayUndo && mayWrite ? (
          <Button
            size="xs"
            loading={isAsking}
            aria-label={`Undo: ${act.title}`}
            leftSection={<Undo2 size={14} />}
            onClick={async () => {
              setAsking(true)
              await takeLeadActBack(act.id)
              setAsking(false)
            }}
          >
            Undo
          </Button>
        ) : null}
      </div>
      {isOpen ? <Problems leadActId={act.id} /> : null}
    </li>
  )
}

function Problems({ leadActId }: { leadActId: string }) {
  const params = { leadActId }
  const list = useInfiniteQuery({
    queryKey: [...routeKey(listLeadActProblems), params],
    queryFn: ({ pageParam, signal }) =>
      call(
        listLeadActProblems,
        { params, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  return (
    <ul className={classes.list} aria-label="Left as they are">
      {list.data?.pages
        .flatMap(page => page.items)
        .map(problem => (
          <ProblemLine key={problem.leadId} problem={problem} />
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

function ProblemLine({ problem: { leadId, leadName, message } }: { problem: LeadActProblem }) {
  return (
    <li className={classes.problem}>
      {leadName === null ? (
        <span>A lead that is gone</span>
      ) : (
        <Link to="/leads/$leadId" params={{ leadId }}>
          {leadName}
        </Link>
      )}
      <span className={classes.about}>{message}</span>
    </li>
  )
}
