import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { getLead, type LeadStatus, type ListedLead } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { Table } from '../../../ui/table/table.tsx'
import { NoLeads } from '../board/no-leads.tsx'
import { NoneLeft } from '../board/none-left.tsx'
import { BulkBar } from '../bulk/bulk-bar.tsx'
import { useLeadBulk } from '../bulk/use-lead-bulk.ts'
import { LeadPanel } from '../lead/lead-panel.tsx'
import classes from '../leads.module.css'
import { useForm } from '../use-form.ts'
import { LeadCell } from './lead-cell.tsx'
import type { LeadLook } from './use-lead-look.ts'
import { useLeadRows } from './use-lead-rows.ts'
import type { useListColumns } from './use-list-columns.ts'

const WIDTHS: Readonly<Partial<Record<RecordField['kind'], string>>> = {
  time: '8rem',
  date: '9rem',
  number: '7rem',
  boolean: '6rem',
  select: 'minmax(8rem, 1fr)',
  user: 'minmax(8rem, 1fr)',
}

interface LeadListProps {
  workflowId: string
  openId: string | undefined
  look: LeadLook
  statuses: readonly LeadStatus[]
  columns: ReturnType<typeof useListColumns>['columns']
}

/** The leads of a workflow as a table, and the lead that is open over it. */
export function LeadList({ workflowId, openId, look, statuses, columns: shown }: LeadListProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayWrite = useMay('leads:write')
  const form = useForm(workflowId)
  const { query, rows, readMore } = useLeadRows(workflowId, look)
  const bulk = useLeadBulk()
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set())
  const leads = (rows ?? []).filter(({ id }) => !bulk.gone.has(id))
  const names = useMemberNames(leads.map(({ ownerUserId }) => ownerUserId))
  const known = leads.filter(({ id }) => selection.has(id))
  const open = (leadId: string) =>
    navigate({
      to: '/leads/$leadId',
      params: { leadId },
      search: true,
      state: { peek: true },
      replace: openId !== undefined,
    })
  const columns = shown.map(
    (column): Column<ListedLead> => ({
      id: column.key,
      header: column.label,
      width: column.key === 'name' ? 'minmax(10rem, 2fr)' : (WIDTHS[column.kind] ?? 'minmax(9rem, 1.5fr)'),
      sortable: column.isSortable,
      essential: column.key === 'name' || column.key === 'status',
      cell: lead => <LeadCell lead={lead} column={column} statuses={statuses} names={names} form={form} />,
    }),
  )
  const words = query.error && !rows ? problemWords(query.error) : undefined
  const { sort } = look.search
  const at = leads.findIndex(({ id }) => id === openId)
  const [before, after] = [leads[at - 1]?.id, at < 0 ? undefined : leads[at + 1]?.id]
  return (
    <>
      {words ? (
        <div className={classes.notice}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => query.refetch()}
          />
        </div>
      ) : null}
      {query.isPending ? <TableSkeleton rows={12} /> : null}
      {rows && leads.length === 0 ? (
        look.isNarrowed ? (
          <NoneLeft look={look} />
        ) : (
          <NoLeads workflowId={workflowId} />
        )
      ) : null}
      {leads.length > 0 ? (
        <Table<ListedLead>
          label="Leads"
          columns={columns}
          rows={leads}
          rowId={({ id }) => id}
          rowLabel={({ name }) => name}
          onOpen={({ id }) => open(id)}
          onIntent={({ id }) =>
            void queryClient.prefetchQuery(routeQuery(getLead, { params: { leadId: id } }))
          }
          selection={selection}
          onSelect={mayWrite ? setSelection : undefined}
          sort={sort ? { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : undefined}
          onSort={next =>
            look.change({ sort: next ? `${next.descending ? '-' : ''}${next.column}` : undefined })
          }
          onEnd={readMore}
        />
      ) : null}
      {known.length > 0 ? (
        <BulkBar
          count={known.length}
          statuses={statuses}
          isBusy={bulk.isBusy}
          onAct={act => {
            setSelection(new Set())
            void bulk.act(act, known)
          }}
          onClear={() => setSelection(new Set())}
        />
      ) : null}
      {openId ? (
        <LeadPanel
          leadId={openId}
          onClose={() => navigate({ to: '/leads', search: true })}
          onPrevious={before === undefined ? undefined : () => open(before)}
          onNext={after === undefined ? undefined : () => open(after)}
        />
      ) : null}
    </>
  )
}
