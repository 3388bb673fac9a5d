import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { getRun } from '#modules/flow/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { PageMissing } from '../../../shell/page-missing.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { Page } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
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
        <RunHeader run={query.data} />
        <RunReplay run={query.data} key={runId} />
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
