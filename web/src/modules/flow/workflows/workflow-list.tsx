import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Workflow as WorkflowIcon } from 'lucide-react'
import { getWorkflow, listWorkflows, type Workflow } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Table } from '../../../ui/table/table.tsx'
import { CreateWorkflow } from './create-workflow.tsx'
import { workflowColumns } from './workflow-columns.tsx'
import { WorkflowsTabs } from './workflows-tabs.tsx'

/** Every workflow of the organization. */
export function WorkflowListPage() {
  useTitle('Workflows')
  const list = useQuery(routeQuery(listWorkflows, {}))
  const mayCreate = useMay('workflows:write')
  const isEmpty = list.data?.items.length === 0
  return (
    <Page>
      <PageHeader
        title="Workflows"
        actions={mayCreate && !isEmpty ? <CreateWorkflow /> : null}
        tabs={<WorkflowsTabs />}
      />
      {list.isError ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : list.data === undefined ? (
        <TableSkeleton rows={6} />
      ) : isEmpty ? (
        <EmptyState
          icon={<WorkflowIcon size={20} />}
          action={mayCreate ? <CreateWorkflow isCentered /> : null}
        >
          A workflow reacts to a new lead, a time or a click, step by step: it writes, waits, decides and
          tells your team.
        </EmptyState>
      ) : (
        <WorkflowTable rows={list.data.items} />
      )}
    </Page>
  )
}

function WorkflowTable({ rows }: { rows: readonly Workflow[] }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  return (
    <Table
      label="Workflows"
      columns={workflowColumns}
      rows={rows}
      rowId={workflow => workflow.id}
      rowLabel={workflow => workflow.name}
      onOpen={({ id }) => navigate({ to: '/workflows/$workflowId', params: { workflowId: id } })}
      onIntent={({ id }) =>
        void queryClient.prefetchQuery(routeQuery(getWorkflow, { params: { workflowId: id } }))
      }
    />
  )
}
