import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChartColumn } from 'lucide-react'
import { useMemo } from 'react'
import { getWorkflow, getWorkflowMetrics, type WorkflowMetrics } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { BarChart } from '../../../ui/bar-chart.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Figure, Figures } from '../../../ui/figure.tsx'
import { FigureSection, FigureTable, NumberCell, NumberHead } from '../../../ui/figure-table.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { namesOf } from '../canvas/face.ts'
import { tookWords } from '../run/run-words.ts'
import { METRICS_RANGES, type MetricsRange, pointWords, spanOf } from './metrics-span.ts'
import classes from './metrics-tab.module.css'

const from = '/app/workflows/$workflowId/metrics' as const

const RANGE_WORDS: Readonly<Record<MetricsRange, string>> = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
}

const SERIES = [
  { name: 'Completed', tone: 'accent' },
  { name: 'Failed', tone: 'bad' },
  { name: 'Cancelled', tone: 'neutral' },
] as const

/** How the runs of a workflow went lately. */
export function MetricsTab() {
  const { workflowId } = useParams({ from })
  const { range = '7d' } = useSearch({ from })
  const navigate = useNavigate()
  const query = useMetrics(workflowId, range)
  return (
    <div className={classes.tab}>
      <Choice
        label="Time"
        options={METRICS_RANGES.map(value => ({ value, label: RANGE_WORDS[value] }))}
        value={range}
        onChange={value =>
          navigate({
            to: '/workflows/$workflowId/metrics',
            params: { workflowId },
            search: { range: value },
            replace: true,
          })
        }
      />
      {query.isError && query.data === undefined ? (
        <PageError error={query.error} reset={query.refetch} />
      ) : query.data === undefined ? (
        <RecordSkeleton />
      ) : query.data.runs === 0 && query.data.nodes.length === 0 ? (
        <EmptyState icon={<ChartColumn size={20} />}>
          Once runs of this workflow have ended, this page says how many succeeded, how long they took and
          what failed.
        </EmptyState>
      ) : (
        <Metrics workflowId={workflowId} metrics={query.data} />
      )}
    </div>
  )
}

function useMetrics(workflowId: string, range: MetricsRange) {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return useQuery(
    routeQuery(getWorkflowMetrics, {
      params: { workflowId },
      query: { ...spanOf(range, Date.now()), timeZone },
    }),
  )
}

function Metrics({ workflowId, metrics }: { workflowId: string; metrics: WorkflowMetrics }) {
  const { interval, timeZone } = metrics
  const bars = useMemo(
    () =>
      metrics.points.map(point => ({
        id: point.at,
        ...pointWords(Date.parse(point.at), interval, timeZone),
        values: [point.completed, point.failed, point.cancelled],
      })),
    [metrics.points, interval, timeZone],
  )
  const names = useNames(workflowId)
  return (
    <>
      <Figures>
        <Figure label="Runs ended" value={metrics.runs.toLocaleString()} />
        <Figure
          label="Success rate"
          value={percent(metrics.successRate)}
          note={metrics.cancelled > 0 ? `${metrics.cancelled.toLocaleString()} cancelled` : undefined}
        />
        <Figure label="Failed" value={metrics.failed.toLocaleString()} />
        <Figure
          label="Half took less than"
          value={took(metrics.p50Ms)}
          note="start to end, waiting included"
        />
        <Figure label="95 % took less than" value={took(metrics.p95Ms)} />
        <Figure label="99 % took less than" value={took(metrics.p99Ms)} />
      </Figures>
      <BarChart
        label={interval === 'hour' ? 'Runs by hour' : 'Runs by day'}
        unit={interval === 'hour' ? 'Hour' : 'Day'}
        series={SERIES}
        bars={bars}
      />
      {metrics.errors.length > 0 ? (
        <Errors workflowId={workflowId} errors={metrics.errors} names={names} />
      ) : null}
      {metrics.nodes.length > 0 ? <Nodes nodes={metrics.nodes} names={names} /> : null}
    </>
  )
}

/** What the nodes are called now; a node that is gone is shown by its id. */
function useNames(workflowId: string): (nodeId: string) => string {
  const { data } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  return useMemo(() => {
    const names = new Map([
      ...namesOf(data?.published ?? { nodes: [] }),
      ...namesOf(data?.draft ?? { nodes: [] }),
    ])
    return nodeId => names.get(nodeId) ?? nodeId
  }, [data])
}

interface ErrorsProps {
  workflowId: string
  errors: WorkflowMetrics['errors']
  names: (nodeId: string) => string
}

function Errors({ workflowId, errors, names }: ErrorsProps) {
  return (
    <FigureSection
      title="What failed"
      aside={
        <Link to="/workflows/$workflowId/runs" params={{ workflowId }} search={{ status: 'failed' }}>
          Failed runs
        </Link>
      }
    >
      <FigureTable
        head={
          <>
            <th scope="col">Step</th>
            <th scope="col">Last message</th>
            <NumberHead>Times</NumberHead>
            <NumberHead>Last</NumberHead>
          </>
        }
      >
        {errors.map(error => (
          <tr key={`${error.nodeId} ${error.code}`}>
            <td>{error.nodeId === null ? 'No step' : names(error.nodeId)}</td>
            <td>
              {error.lastMessage} <code className={classes.code}>{error.code}</code>
            </td>
            <NumberCell>{error.count.toLocaleString()}</NumberCell>
            <NumberCell>
              <RelativeTime at={error.lastAt} />
            </NumberCell>
          </tr>
        ))}
      </FigureTable>
    </FigureSection>
  )
}

function Nodes({ nodes, names }: { nodes: WorkflowMetrics['nodes']; names: (nodeId: string) => string }) {
  return (
    <FigureSection title="Steps of the last 100 runs">
      <FigureTable
        head={
          <>
            <th scope="col">Step</th>
            <NumberHead>Times</NumberHead>
            <NumberHead>Failed</NumberHead>
            <NumberHead>Half took less than</NumberHead>
            <NumberHead isWide>95 % took less than</NumberHead>
          </>
        }
      >
        {nodes.map(node => (
          <tr key={node.nodeId}>
            <td>{names(node.nodeId)}</td>
            <NumberCell>{node.steps.toLocaleString()}</NumberCell>
            <NumberCell>{node.failed.toLocaleString()}</NumberCell>
            <NumberCell>{took(node.p50Ms)}</NumberCell>
            <NumberCell isWide>{took(node.p95Ms)}</NumberCell>
          </tr>
        ))}
      </FigureTable>
    </FigureSection>
  )
}

function percent(share: number | null): string {
  if (share === null) return '–'
  return share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 })
}

function took(ms: number | null): string {
  return ms === null ? '–' : tookWords(ms)
}
