import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { UserCheck } from 'lucide-react'
import { type Approval, getApproval, listApprovals } from '#modules/flow/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Table } from '../../../ui/table/table.tsx'
import listClasses from '../workflow/runs-tab.module.css'
import { approvalColumns } from './approval-columns.tsx'
import { ApprovalPanel } from './approval-panel.tsx'
import { type ApprovalFilter, approvalFilters, EMPTY_WORDS, filterWords } from './filters.ts'

const from = '/app/approvals' as const

/** Decisions that runs wait for, and those that were made; one of them over the list. */
export function ApprovalsPage() {
  useTitle('Approvals')
  const { status = 'pending' } = useSearch({ from })
  const list = useApprovals(status)
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <Page>
      <PageHeader title="Approvals" />
      <div className={listClasses.tab}>
        <nav className={listClasses.filter} aria-label="Approvals by status">
          {approvalFilters.map(each => (
            <Link
              key={each}
              to="/approvals"
              search={each === 'pending' ? {} : { status: each }}
              activeOptions={{ exact: true, includeSearch: true }}
              className={listClasses.status}
              aria-current={each === status ? 'page' : undefined}
              replace
            >
              {filterWords(each)}
            </Link>
          ))}
        </nav>
        {list.isError && rows === undefined ? (
          <PageError error={list.error} reset={list.refetch} />
        ) : rows === undefined ? (
          <TableSkeleton />
        ) : rows.length === 0 ? (
          <EmptyState icon={<UserCheck size={20} />}>{EMPTY_WORDS[status]}</EmptyState>
        ) : (
          <ApprovalTable rows={rows} list={list} />
        )}
      </div>
      <OpenApproval rows={rows ?? []} />
      <Outlet />
    </Page>
  )
}

function useApprovals(status: ApprovalFilter) {
  return useInfiniteQuery({
    queryKey: [listApprovals.id, 'pages', status],
    queryFn: ({ pageParam, signal }) =>
      call(
        listApprovals,
        {
          query: {
            limit: 50,
            ...(status === 'all' ? {} : { status }),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

interface ApprovalTableProps {
  rows: readonly Approval[]
  list: ReturnType<typeof useApprovals>
}

function ApprovalTable({ rows, list }: ApprovalTableProps) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  return (
    <>
      <Table
        label="Approvals"
        columns={approvalColumns}
        rows={rows}
        rowId={approval => approval.id}
        rowLabel={approval => approval.title}
        onOpen={({ id }) =>
          navigate({ to: '/approvals/$approvalId', params: { approvalId: id }, search: true })
        }
        onIntent={({ id }) =>
          void queryClient.prefetchQuery(routeQuery(getApproval, { params: { approvalId: id } }))
        }
      />
      <ListFoot count={rows.length} one="approval" many="approvals" list={list} />
    </>
  )
}

/** The decision the address names, over the list. */
function OpenApproval({ rows }: { rows: readonly Approval[] }) {
  const { approvalId } = useParams({ strict: false })
  const navigate = useNavigate()
  if (approvalId === undefined) return null
  const index = rows.findIndex(row => row.id === approvalId)
  const beside = (row: Approval | undefined) =>
    row &&
    (() =>
      navigate({
        to: '/approvals/$approvalId',
        params: { approvalId: row.id },
        search: true,
        replace: true,
      }))
  return (
    <ApprovalPanel
      key={approvalId}
      approvalId={approvalId}
      onClose={() => navigate({ to: '/approvals', search: true })}
      onPrevious={beside(index < 0 ? undefined : rows[index - 1])}
      onNext={beside(rows[index + 1])}
    />
  )
}
