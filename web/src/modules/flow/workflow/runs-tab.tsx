import { Button, Select } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { useState } from 'react'
import { getRun, listRuns, nodeTypes, type Run, RunStatus } from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Table } from '../../../ui/table/table.tsx'
import { BulkBar } from '../bulk-bar.tsx'
import { actsOn } from '../run/run-control.ts'
import { runTitle } from '../run/run-title.ts'
import { failureLine, runStatusWords } from '../run/run-words.ts'
import { useBulk } from '../use-bulk.ts'
import { counted } from '../words.ts'
import { BulkActs } from './run-bulk.tsx'
import { runColumns } from './run-columns.tsx'
import { isNarrowed, RUN_SPANS, type RunFilters, type RunSpan, runFilter } from './run-filters.ts'
import classes from './runs-tab.module.css'

const from = '/app/workflows/$workflowId/runs' as const

/** The runs of a workflow, the newest first. */
export function RunsTab() {
  const { workflowId } = useParams({ from })
  const filters = useSearch({ from })
  const { status } = filters
  const list = useRunList(workflowId, filters)
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <div className={classes.tab}>
      <div className={classes.filters}>
        <nav className={classes.filter} aria-label="Runs by status">
          <StatusLink workflowId={workflowId} status={undefined} />
          {RunStatus.options.map(each => (
            <StatusLink key={each} workflowId={workflowId} status={each} />
          ))}
        </nav>
        <FilterSelects />
      </div>
      {list.isError && rows === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : rows === undefined ? (
        <TableSkeleton />
      ) : rows.length === 0 ? (
        <EmptyState icon={<History size={20} />}>{noneWords(filters)}</EmptyState>
      ) : (
        <RunTable
          rows={rows}
          list={list}
          workflowId={workflowId}
          // Acts on all runs of a status do not know of triggers and times.
          status={isNarrowed(filters) ? undefined : status}
          key={JSON.stringify(filters)}
        />
      )}
    </div>
  )
}

function noneWords(filters: RunFilters): string {
  if (isNarrowed(filters))
    return 'No run of this workflow is like that. Choose another trigger or time to see more.'
  return filters.status === undefined
    ? 'Every time this workflow is set off, its run is kept here with all its steps.'
    : `No run of this workflow is ${runStatusWords(filters.status).word.toLowerCase()} now.`
}

const SPAN_WORDS: Readonly<Record<RunSpan, string>> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
}

/** Stands in a list for no choice, so that the keyboard comes back to it like to any other. */
const ANY = 'any'

const TRIGGERS = [
  { value: ANY, label: 'Any trigger' },
  ...[...nodeTypes.values()]
    .filter(type => type.kind === 'trigger')
    .map(type => ({ value: type.type, label: type.title })),
  { value: 'workflow', label: 'Another workflow' },
]

const SPANS = [
  { value: ANY, label: 'Any time' },
  ...RUN_SPANS.map(value => ({ value, label: SPAN_WORDS[value] })),
]

/** By what began the runs, and when. */
function FilterSelects() {
  const filters = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/runs' })
  return (
    <div className={classes.selects}>
      <Select
        size="xs"
        aria-label="Trigger"
        data={TRIGGERS}
        value={filters.trigger ?? ANY}
        allowDeselect={false}
        onChange={value =>
          navigate({
            search: { ...filters, trigger: value === ANY ? undefined : (value ?? undefined) },
            replace: true,
          })
        }
      />
      <Select
        size="xs"
        aria-label="Time"
        data={SPANS}
        value={filters.since ?? ANY}
        allowDeselect={false}
        onChange={value =>
          navigate({
            search: { ...filters, since: RUN_SPANS.find(span => span === value) },
            replace: true,
          })
        }
      />
    </div>
  )
}

function useRunList(workflowId: string, filters: RunFilters) {
  const params = { workflowId }
  const { status } = filters
  const filter = runFilter(filters)
  return useInfiniteQuery({
    // The parameters alone come second, so that a live message about the workflow finds all its lists.
    queryKey: [
      ...routeKey(listRuns, { params, query: {} }).slice(0, 1),
      { params },
      status ?? 'all',
      filter ?? '',
    ],
    queryFn: ({ pageParam, signal }) =>
      call(
        listRuns,
        {
          params,
          query: {
            limit: 50,
            ...(status ? { status } : {}),
            ...(filter ? { filter } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

const LESS: ReadonlySet<string> = new Set(['trigger', 'steps'])
const tightColumns = runColumns.filter(({ id }) => !LESS.has(id))

interface RunTableProps {
  rows: readonly Run[]
  list: ReturnType<typeof useRunList>
  workflowId: string
  status: RunStatus | undefined
}

function RunTable({ rows, list, workflowId, status }: RunTableProps) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const may = useMay('workflows:write')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // What has left the list meanwhile is not selected any more.
  const selected = rows.filter(run => chosen.has(run.id))
  // Why runs failed and what is done about it need the room more than what can be filtered by.
  const isTight = useMediaQuery('(max-width: 75rem)', false, { getInitialValueInEffect: false })
  const only = selected.length === 1 ? selected[0] : undefined
  const clear = () => setChosen(new Set())
  const bulk = useBulk(clear)
  return (
    <>
      <Table
        label="Runs"
        columns={isTight ? tightColumns : runColumns}
        rows={rows}
        rowId={run => run.id}
        rowLabel={run => `${runTitle(run)}, ${runStatusWords(run.status).word}`}
        selection={may ? new Set(selected.map(run => run.id)) : undefined}
        onSelect={may ? setChosen : undefined}
        onOpen={({ id }) => navigate({ to: '/runs/$runId', params: { runId: id } })}
        onIntent={({ id }) => void queryClient.prefetchQuery(routeQuery(getRun, { params: { runId: id } }))}
      />
      {only?.error ? <Why error={only.error} /> : null}
      {selected.length > 0 || bulk.progress ? (
        <BulkBar selected={selected.length} progress={bulk.progress} onClear={clear} onStop={bulk.stop}>
          <BulkActs
            statuses={selected.map(run => run.status)}
            onAct={act => bulk.start(act, { runIds: selected.map(run => run.id) })}
          />
          {only && actsOn(only.status).includes('repeat') ? (
            <Button
              onClick={() =>
                navigate({ to: '/runs/$runId', params: { runId: only.id }, search: { repeat: 0 } })
              }
            >
              Repeat from start
            </Button>
          ) : null}
        </BulkBar>
      ) : (
        <footer className={classes.foot}>
          <span>{counted(rows.length, 'run')}</span>
          <div className={classes.ends}>
            {may && status ? (
              <BulkActs
                key={status}
                statuses={[status]}
                object={`all ${runStatusWords(status).word.toLowerCase()}`}
                onAct={act => bulk.start(act, { workflowId, statuses: [status] })}
              />
            ) : null}
            {list.hasNextPage ? (
              <Button size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
                Load more
              </Button>
            ) : null}
          </div>
        </footer>
      )}
    </>
  )
}

/** Of the one run that is selected: why it failed and what to do, in full. */
function Why({ error }: { error: NonNullable<Run['error']> }) {
  const { what, next } = failureLine(error)
  return (
    <p className={classes.why} role="status">
      {what} <span className={classes.next}>{next}</span>
    </p>
  )
}

function StatusLink({ workflowId, status }: { workflowId: string; status: RunStatus | undefined }) {
  return (
    <Link
      to="/workflows/$workflowId/runs"
      params={{ workflowId }}
      search={({ trigger, since }) => ({ trigger, since, status })}
      activeOptions={{ exact: true, includeSearch: true }}
      className={classes.status}
      replace
    >
      {status ? runStatusWords(status).word : 'All'}
    </Link>
  )
}
