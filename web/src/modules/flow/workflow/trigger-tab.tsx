import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { getWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageBody } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { ScheduleSection } from './schedule-section.tsx'
import { triggerOf } from './trigger-of.ts'
import classes from './trigger-tab.module.css'
import { WebhookSection } from './webhook-section.tsx'

const from = '/app/workflows/$workflowId/trigger' as const

/** What starts a workflow from outside: its webhook, or the clock. */
export function TriggerTab() {
  const { workflowId } = useParams({ from })
  const { data } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  if (data === undefined) return <RecordSkeleton />
  return (
    <PageBody>
      <Trigger workflow={data} />
    </PageBody>
  )
}

function Trigger({ workflow }: { workflow: WorkflowDetail }) {
  const published = triggerOf(workflow.published)
  const draft = triggerOf(workflow.draft)
  const type = published?.type ?? draft?.type
  if (type === 'webhook') return <WebhookSection workflow={workflow} />
  if (type === 'schedule') return <ScheduleSection workflow={workflow} draft={draft} />
  return <p className={classes.quiet}>This workflow starts neither by a webhook nor by the clock.</p>
}
