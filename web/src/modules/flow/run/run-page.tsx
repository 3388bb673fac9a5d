import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { getRun, type RunDetail } from '#modules/flow/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { PageMissing } from '../../../shell/page-missing.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { Page } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { RepeatPanel } from './repeat-panel.tsx'
import { RunHeader } from './run-header.tsx'
import { RunReplay } from './run-replay.tsx'
import { runTitle } from './run-title.ts'

/** One run: where it stands, drawn on its own version of the workflow, with every step's data. */
export function RunPage() {
  const { runId } = useParams({ from: '/app/runs/$runId' })
  const query = useQuery(routeQuery(getRun, { params: { runId } }))
  useTitle(query.data ? runTitle(query.data) : 'Run')
  if (query.data) {
    return (
      <Page>
        <RunHeader run={query.data} key={`head ${runId}`} />
        <RunReplay run={query.data} key={runId} />
        <Repeat run={query.data} />
      </Page>
    )
  }
  if (query.error instanceof ProblemError && query.error.status === 404) return <PageMissing />
  if (query.isError) return <PageError error={query.error} reset={query.refetch} />
  return (
    <Page>
      <RecordSkeleton />
    </Page>
  )
}

/** The panel for repeating the run, which is part of its address while it is open. */
function Repeat({ run }: { run: RunDetail }) {
  const { repeat } = useSearch({ from: '/app/runs/$runId' })
  const navigate = useNavigate({ from: '/runs/$runId' })
  if (repeat === undefined) return null
  const close = () => navigate({ search: old => ({ ...old, repeat: undefined }), replace: true })
  return <RepeatPanel key={`${run.id} ${repeat}`} run={run} fromStep={repeat} onClose={close} />
}
