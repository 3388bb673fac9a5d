import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { getWorkflow, getWorkflowSettings, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { MoveRuns } from './move-runs.tsx'
import { SettingsForm } from './settings-form.tsx'

const from = '/app/workflows/$workflowId/settings' as const

/** What is set for a workflow beside its graph. */
export function SettingsTab() {
  const { workflowId } = useParams({ from })
  const params = { workflowId }
  const settings = useQuery(routeQuery(getWorkflowSettings, { params }))
  const workflow = useQuery(routeQuery(getWorkflow, { params }))
  if (settings.isError && settings.data === undefined) {
    return <PageError error={settings.error} reset={settings.refetch} />
  }
  if (settings.data === undefined || workflow.data === undefined) return <RecordSkeleton />
  return (
    <PageBody>
      <SettingsForm workflowId={workflowId} settings={settings.data} />
      <OlderVersions workflow={workflow.data} />
    </PageBody>
  )
}

function OlderVersions({ workflow }: { workflow: WorkflowDetail }) {
  const version = workflow.publishedVersion ?? 0
  return (
    <Section
      title="Runs of older versions"
      about="A run follows the version it began with. Those under way can be moved to the published one, where their step is still there."
    >
      {version < 2 ? (
        <p>There is no older version.</p>
      ) : (
        <MoveRuns workflowId={workflow.id} version={version} key={version} />
      )}
    </Section>
  )
}
