import { Button, Select } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { CircleCheck, RotateCw } from 'lucide-react'
import { useState } from 'react'
import {
  type DeadLetter,
  discardDeadLetters,
  getRun,
  listDeadLetters,
  listWorkflows,
} from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Table } from '../../../ui/table/table.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { BulkBar } from '../bulk-bar.tsx'
import { useBulk } from '../use-bulk.ts'
import { counted } from '../words.ts'
import classes from '../workflow/runs-tab.module.css'
import { WorkflowsTabs } from '../workflows/workflows-tabs.tsx'
import { failedColumns, letterTitle } from './failed-columns.tsx'

const from = '/app/failed-runs' as const
/** One request discards no more. */
const DISCARD_MAX = 1_000

/** Runs of all workflows that failed for good and that somebody has to look after. */
export function FailedRunsPage() {
  useTitle('Failed runs')
  const { workflow } = useSearch({ from })
  const list = useFailedRuns(workflow)
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <Page>
      <PageHeader title="Workflows" tabs={<WorkflowsTabs />} />
      <div className={classes.tab}>
        {rows !== undefined && rows.length === 0 && workflow === undefined ? null : (
          <WorkflowFilter workflowId={workflow} />
        )}
        {list.isError && rows === undefined ? (
          <PageError error={list.error} reset={list.refetch} />
        ) : rows === undefined ? (
          <TableSkeleton />
        ) : rows.length === 0 ? (
          <EmptyState icon={<CircleCheck size={20} />}>
            {workflow === undefined
              ? 'No failed run needs you. One that fails for good is kept here until it is taken up again or discarded.'
              : 'No failed run of this workflow needs you.'}
          </EmptyState>
        ) : (
          <FailedRuns rows={rows} list={list} key={workflow ?? 'all'} />
        )}
      </div>
    </Page>
  )
}

function useFailedRuns(workflowId: string | undefined) {
  return useInfiniteQuery({
    queryKey: [listDeadLetters.id, workflowId ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      call(
        listDeadLetters,
        {
          query: {
            limit: 50,
            ...(workflowId ? { workflowId } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

function WorkflowFilter({ workflowId }: { workflowId: string | undefined }) {
  const navigate = useNavigate()
  const { data } = useQuery(routeQuery(listWorkflows, {}))
  return (
    <div className={classes.tools}>
      <Select
        size="xs"
        aria-label="Workflow"
        placeholder="All workflows"
        data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={workflowId ?? null}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All workflows' }}
        onChange={value =>
          navigate({ to: '/failed-runs', search: value ? { workflow: value } : {}, replace: true })
        }
      />
    </div>
  )
}

interface FailedRunsProps {
  rows: readonly DeadLetter[]
  list: ReturnType<typeof useFailedRuns>
}

function FailedRuns({ rows, list }: FailedRunsProps) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const may = useMay('workflows:write')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // What has left the list meanwhile is not selected any more.
  const selection = new Set(rows.map(row => row.runId).filter(id => chosen.has(id)))
  const clear = () => setChosen(new Set())
  const bulk = useBulk(clear)
  const discard = useDiscard(clear)
  const runIds = [...selection]
  return (
    <>
      <Table
        label="Failed runs"
        columns={failedColumns}
        rows={rows}
        rowId={letter => letter.runId}
        rowLabel={letterTitle}
        selection={may ? selection : undefined}
        onSelect={may ? setChosen : undefined}
        onOpen={({ runId }) => navigate({ to: '/runs/$runId', params: { runId } })}
        onIntent={({ runId }) => void queryClient.prefetchQuery(routeQuery(getRun, { params: { runId } }))}
      />
      {selection.size > 0 || bulk.progress ? (
        <BulkBar selected={selection.size} progress={bulk.progress} onClear={clear} onStop={bulk.stop}>
          <Button
            variant="filled"
            leftSection={<RotateCw size={13} aria-hidden="true" />}
            onClick={() => bulk.start('retry', { runIds })}
          >
            Retry
          </Button>
          <InlineConfirm
            label="Discard"
            consequence="They stay in the history, but cannot be taken up again."
            onConfirm={() => discard(runIds.slice(0, DISCARD_MAX))}
          />
        </BulkBar>
      ) : (
        <ListFoot count={rows.length} one="failed run" many="failed runs" list={list} />
      )}
    </>
  )
}

function useDiscard(onDone: () => void): (runIds: string[]) => void {
  const queryClient = useQueryClient()
  const renew = () => void queryClient.invalidateQueries({ queryKey: routeKey(listDeadLetters) })
  const act = useAct(discardDeadLetters, {
    onSuccess: ({ runs }) => {
      renew()
      onDone()
      toastDone(`${counted(runs, 'failed run is', 'failed runs are')} discarded.`)
    },
    onError: (error, input) => {
      renew()
      sayFailed(error, () => act.mutate(input))
    },
  })
  return runIds => act.mutate({ body: { runIds } })
}
