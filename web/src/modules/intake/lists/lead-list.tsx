import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { getBoard, getLead, type LeadStatus, type ListedLead } from '#modules/intake/contract.ts'
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
import { whatIsDone } from '../bulk/lead-acts.ts'
import { type LeadActs, selectionOf } from '../bulk/use-lead-acts.ts'
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

/** The selected rows of a list; with all that the filter lets through, also those that come to be loaded. */
function useSelection(
  leads: readonly ListedLead[],
  hasMore: boolean,
  workflowId: string,
  { filter, ownerUserId, isNarrowed }: LeadLook,
) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // Of another filter, all is something else.
  const asked = JSON.stringify([filter, ownerUserId])
  const [allOf, setAllOf] = useState<string>()
  const isAll = allOf === asked
  const selection = isAll ? new Set(leads.map(({ id }) => id)) : chosen
  const isEveryRow = leads.length > 0 && leads.every(({ id }) => selection.has(id))
  const board = useQuery({
    ...routeQuery(getBoard, {
      params: { workflowId },
      query: { cards: 1, ...(ownerUserId ? { ownerUserId } : {}), ...(filter ? { filter } : {}) },
    }),
    enabled: isEveryRow && (hasMore || isAll),
  })
  const select = (next: ReadonlySet<string>) => {
    setAllOf(undefined)
    setChosen(next)
  }
  const count = board.data?.count
  return {
    selection,
    isAll,
    select,
    all:
      isEveryRow && count !== undefined && (hasMore || isAll)
        ? {
            words: `All ${count.toLocaleString()} leads${isNarrowed ? ' matching' : ''}`,
            choose: () => setAllOf(asked),
          }
        : undefined,
    clear: () => select(new Set()),
  }
}

interface LeadListProps {
  workflowId: string
  openId: string | undefined
  look: LeadLook
  statuses: readonly LeadStatus[]
  columns: ReturnType<typeof useListColumns>['columns']
  acts: LeadActs
}

/** The leads of a workflow as a table, and the lead that is open over it. */
export function LeadList({ workflowId, openId, look, statuses, columns: shown, acts }: LeadListProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayWrite = useMay('leads:write')
  const form = useForm(workflowId)
  const { query, rows, readMore } = useLeadRows(workflowId, look)
  const bulk = useLeadBulk()
  const leads = (rows ?? []).filter(({ id }) => !bulk.gone.has(id))
  const { selection, isAll, select, all, clear } = useSelection(leads, query.hasNextPage, workflowId, look)
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
          onSelect={mayWrite ? select : undefined}
          sort={sort ? { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : undefined}
          onSort={next =>
            look.change({ sort: next ? `${next.descending ? '-' : ''}${next.column}` : undefined })
          }
          onEnd={readMore}
        />
      ) : null}
      {known.length > 0 ? (
        <BulkBar
          words={
            isAll ? `${all?.words ?? 'All leads'} selected` : `${known.length.toLocaleString()} selected`
          }
          all={!isAll && all ? { words: `Select ${all.words.toLowerCase()}`, run: all.choose } : undefined}
          statuses={statuses}
          isBusy={bulk.isBusy || acts.isAsking}
          onAct={act => {
            clear()
            if (isAll) void acts.start(selectionOf(look), whatIsDone(act))
            else void bulk.act(act, known)
          }}
          onClear={clear}
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
