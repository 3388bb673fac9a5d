import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  ArchiveRestore,
  Columns3,
  Download,
  Ellipsis,
  History,
  ShieldAlert,
  UserRoundCheck,
  UserRoundPlus,
} from 'lucide-react'
import { useEffect, useState } from 'react'
import { listLeadColumns } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { problemWords } from '../../shell/problem.ts'
import { useMay } from '../../shell/session.ts'
import { useTitle } from '../../shell/use-title.ts'
import { useViewed } from '../../shell/view-as.ts'
import { Choice } from '../../ui/choice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Page } from '../../ui/page.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { BoardSkeleton } from '../../ui/skeleton.tsx'
import { AssignmentPanel } from './assignment/assignment-panel.tsx'
import { ActProgress } from './bulk/act-progress.tsx'
import { ActsPanel } from './bulk/acts-panel.tsx'
import { useLeadActs } from './bulk/use-lead-acts.ts'
import { ColumnsPanel } from './columns/columns-panel.tsx'
import { FormActions } from './form-actions.tsx'
import classes from './leads.module.css'
import { ColumnChoice } from './lists/column-choice.tsx'
import { DeletedPanel } from './lists/deleted-panel.tsx'
import { ExportLeads } from './lists/export-leads.tsx'
import { LeadFilterBar } from './lists/lead-filter-bar.tsx'
import { LeadList } from './lists/lead-list.tsx'
import type { LeadsSearch } from './lists/leads-search.ts'
import { type LeadLook, useLeadLook } from './lists/use-lead-look.ts'
import { useListColumns } from './lists/use-list-columns.ts'
import { useHeldCount } from './quarantine/use-quarantine.ts'
import { useLeadsWorkflow } from './use-leads-workflow.ts'
import { WorkflowBoard } from './workflow-board.tsx'
import { WorkflowMenu } from './workflow-menu.tsx'

const whose = [
  { value: 'all', label: 'All' },
  { value: 'mine', label: 'Mine' },
] as const
const views = [
  { value: 'board', label: 'Board' },
  { value: 'list', label: 'List' },
] as const

/** The leads of one workflow, by status or as a list. */
export function LeadsBoard({ openId }: { openId: string | undefined }) {
  useTitle('Leads')
  const workflow = useLeadsWorkflow()
  const { chosenId } = workflow
  return (
    <Page>
      {chosenId ? (
        <LeadsOf key={chosenId} workflowId={chosenId} openId={openId} workflow={workflow} />
      ) : (
        <NoWorkflow workflow={workflow} />
      )}
    </Page>
  )
}

type LeadsWorkflow = ReturnType<typeof useLeadsWorkflow>

function NoWorkflow({ workflow: { list } }: { workflow: LeadsWorkflow }) {
  return (
    <>
      <PageHeader title="Leads" />
      <ListTrouble list={list} />
      {list.isPending ? <BoardSkeleton /> : null}
      {list.data ? (
        <EmptyState
          icon={<UserRoundPlus size={20} />}
          action={
            <Button component={Link} to="/workflows">
              Open the workflows
            </Button>
          }
        >
          Everyone who sends a form becomes a lead and stands here as a card. A workflow that begins with a
          form brings the first.
        </EmptyState>
      ) : null}
    </>
  )
}

function ListTrouble({ list }: Pick<LeadsWorkflow, 'list'>) {
  const words = list.error && !list.data ? problemWords(list.error) : undefined
  return words ? (
    <div className={classes.notice}>
      <ErrorState
        what={words.what}
        next={words.next}
        requestId={words.requestId}
        onRetry={() => list.refetch()}
      />
    </div>
  ) : null
}

interface LeadsOfProps {
  workflowId: string
  openId: string | undefined
  workflow: LeadsWorkflow
}

function LeadsOf({ workflowId, openId, workflow }: LeadsOfProps) {
  const { list, workflows, name, choose } = workflow
  const columns = useQuery(routeQuery(listLeadColumns, { params: { workflowId } }))
  const statuses = columns.data?.items ?? noStatuses
  const look = useLeadLook(workflowId, statuses)
  const { search, change, isReady } = look
  const listColumns = useListColumns(workflowId, look)
  const acts = useLeadActs(workflowId)
  const { panel } = search
  // One panel over the board at a time.
  useEffect(() => {
    if (openId !== undefined && panel !== undefined) change({ panel: undefined })
  }, [openId, panel, change])
  const shownPanel = openId === undefined ? panel : undefined
  const close = () => change({ panel: undefined })
  return (
    <>
      <PageHeader
        title="Leads"
        meta={
          name ? (
            <WorkflowMenu workflows={workflows} chosenId={workflowId} name={name} onChoose={choose} />
          ) : null
        }
        actions={<LeadActions workflowId={workflowId} openId={openId} look={look} />}
      />
      <ListTrouble list={list} />
      <LeadFilterBar look={look}>
        {search.view === 'list' ? <ColumnChoice columns={listColumns} /> : null}
        <Choice
          label="View"
          options={views}
          value={search.view ?? 'board'}
          onChange={view => change({ view: view === 'list' ? view : undefined })}
        />
      </LeadFilterBar>
      {isReady ? null : <BoardSkeleton />}
      {isReady && search.view === 'list' ? (
        <LeadList
          workflowId={workflowId}
          openId={openId}
          look={look}
          statuses={statuses}
          columns={listColumns.columns}
          acts={acts}
        />
      ) : null}
      {isReady && search.view === undefined ? (
        <WorkflowBoard workflowId={workflowId} openId={openId} look={look} acts={acts} />
      ) : null}
      {acts.running ? <ActProgress key={acts.running.id} act={acts.running} onEnd={acts.end} /> : null}
      {shownPanel === 'columns' ? <ColumnsPanel workflowId={workflowId} onClose={close} /> : null}
      {shownPanel === 'assignment' ? <AssignmentPanel workflowId={workflowId} onClose={close} /> : null}
      {shownPanel === 'changes' ? <ActsPanel workflowId={workflowId} onClose={close} /> : null}
      {shownPanel === 'deleted' ? <DeletedPanel workflowId={workflowId} onClose={close} /> : null}
    </>
  )
}

const noStatuses: readonly never[] = []

interface LeadActionsProps {
  workflowId: string
  openId: string | undefined
  look: LeadLook
}

function LeadActions({ workflowId, openId, look }: LeadActionsProps) {
  const { search, change } = look
  // In somebody else's view "mine" would still be one's own.
  const viewed = useViewed()
  const mayArrange = useMay('pipelines:manage')
  const mayExport = useMay('exports:write')
  const maySeeHeld = useMay('quarantine:read')
  const held = useHeldCount(maySeeHeld)
  const [exporting, setExporting] = useState(false)
  const navigate = useNavigate()
  const show = (panel: LeadsSearch['panel']) => {
    if (openId === undefined) change({ panel: search.panel === panel ? undefined : panel })
    else navigate({ to: '/leads', search: { ...search, panel } })
  }
  return (
    <>
      {viewed ? null : (
        <Choice
          label="Whose leads"
          options={whose}
          value={search.whose ?? 'all'}
          onChange={value => change({ whose: value === 'mine' ? value : undefined })}
        />
      )}
      {mayArrange ? (
        <Button
          leftSection={<Columns3 size={14} />}
          aria-expanded={search.panel === 'columns' && openId === undefined}
          onClick={() => show('columns')}
        >
          Columns
        </Button>
      ) : null}
      <FormActions workflowId={workflowId} />
      <Menu width={230} position="bottom-end" returnFocus>
        <Menu.Target>
          <IconButton label="More for these leads">
            <Ellipsis size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {mayArrange ? (
            <Menu.Item leftSection={<UserRoundCheck size={14} />} onClick={() => show('assignment')}>
              Who gets new leads
            </Menu.Item>
          ) : null}
          {mayExport ? (
            <Menu.Item leftSection={<Download size={14} />} onClick={() => setExporting(true)}>
              Export
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<ArchiveRestore size={14} />} onClick={() => show('deleted')}>
            Deleted leads
          </Menu.Item>
          <Menu.Item leftSection={<History size={14} />} onClick={() => show('changes')}>
            Recent changes
          </Menu.Item>
          {maySeeHeld ? (
            <Menu.Item
              leftSection={<ShieldAlert size={14} />}
              rightSection={held ? <span className={classes.held}>{held.toLocaleString()}</span> : null}
              onClick={() => navigate({ to: '/quarantine' })}
            >
              Held back
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {exporting ? (
        <ExportLeads workflowId={workflowId} look={look} onClose={() => setExporting(false)} />
      ) : null}
    </>
  )
}
