import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { getWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { PageMissing } from '../../../shell/page-missing.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { workflowStatusWords } from '../run/run-words.ts'
import { PublishPanel } from '../versions/publish-panel.tsx'
import classes from './canvas-tab.module.css'
import { MoveRunsNotice } from './move-runs-notice.tsx'
import { isSameGraph } from './same-graph.ts'
import { StartPanel } from './start-panel.tsx'
import { hasTrigger } from './trigger-of.ts'
import { WorkflowActions } from './workflow-actions.tsx'

/** A workflow: its name, where it stands, its canvas, its runs and how they went. */
export function WorkflowPage() {
  const { workflowId } = useParams({ from: '/app/workflows/$workflowId' })
  const query = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  useTitle(query.data?.name ?? 'Workflow')
  if (query.data) return <WorkflowFrame workflow={query.data} key={workflowId} />
  if (query.error instanceof ProblemError && query.error.status === 404) return <PageMissing />
  if (query.isError) return <PageError error={query.error} reset={query.refetch} />
  return (
    <Page>
      <RecordSkeleton />
    </Page>
  )
}

function WorkflowFrame({ workflow }: { workflow: WorkflowDetail }) {
  const params = { workflowId: workflow.id }
  const exact = { exact: true, includeSearch: false }
  const mayForms = useMay('forms:read')
  const [isStarting, setStarting] = useState(false)
  const [isPublishing, setPublishing] = useState(false)
  const [isNew, setNew] = useState(false)
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="list" to="/workflows">
            Workflows
          </Link>,
        ]}
        title={workflow.name}
        meta={<Standing workflow={workflow} />}
        actions={
          <WorkflowActions
            workflow={workflow}
            onPublish={() => setPublishing(true)}
            onStartWith={() => setStarting(true)}
          />
        }
        tabs={
          <Tabs label="Views of this workflow">
            <Tab to="/workflows/$workflowId" params={params} activeOptions={exact}>
              Canvas
            </Tab>
            {mayForms ? (
              <Tab to="/workflows/$workflowId/form" params={params} activeOptions={{ includeSearch: false }}>
                Form
              </Tab>
            ) : null}
            {mayForms ? (
              <Tab to="/workflows/$workflowId/sources" params={params} activeOptions={exact}>
                Sources
              </Tab>
            ) : null}
            <Tab to="/workflows/$workflowId/try" params={params} activeOptions={exact}>
              Try
            </Tab>
            <Tab to="/workflows/$workflowId/runs" params={params} activeOptions={exact}>
              Runs
            </Tab>
            <Tab to="/workflows/$workflowId/metrics" params={params} activeOptions={exact}>
              Metrics
            </Tab>
            {hasTrigger(workflow) ? (
              <Tab to="/workflows/$workflowId/trigger" params={params} activeOptions={exact}>
                Trigger
              </Tab>
            ) : null}
            <Tab to="/workflows/$workflowId/versions" params={params} activeOptions={exact}>
              Versions
            </Tab>
            <Tab to="/workflows/$workflowId/settings" params={params} activeOptions={exact}>
              Settings
            </Tab>
          </Tabs>
        }
      />
      {isNew ? <MoveRunsNotice workflow={workflow} onClose={() => setNew(false)} /> : null}
      <Outlet />
      {isPublishing ? (
        <PublishPanel
          workflowId={workflow.id}
          onClose={() => setPublishing(false)}
          onPublished={() => setNew(true)}
        />
      ) : null}
      {isStarting ? <StartPanel workflow={workflow} onClose={() => setStarting(false)} /> : null}
    </Page>
  )
}

/** Status, version, and whether the draft is ahead of it. */
function Standing({
  workflow: { status, publishedVersion, published, draft },
}: {
  workflow: WorkflowDetail
}) {
  const { kind, word } = workflowStatusWords(status)
  const isAhead = published !== null && !isSameGraph(published, draft)
  return (
    <>
      <Status kind={kind}>{word}</Status>
      {publishedVersion === null ? null : <span className={classes.wide}>Version {publishedVersion}</span>}
      {isAhead ? <span className={classes.wide}>Unpublished changes</span> : null}
    </>
  )
}
