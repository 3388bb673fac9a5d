import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { type AuditEntry, exportAuditLog } from '#modules/iam/contract.ts'
import { urlOf } from '#platform/contract/client.ts'
import { PageError } from '../../../../shell/page-error.tsx'
import { useTitle } from '../../../../shell/use-title.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { ListFoot } from '../../../../ui/list-foot.tsx'
import { TableSkeleton } from '../../../../ui/skeleton.tsx'
import { Table } from '../../../../ui/table/table.tsx'
import { AuditFilters } from './audit-filters.tsx'
import classes from './audit-log.module.css'
import { ChainState } from './chain-state.tsx'
import { entryColumns } from './entry-columns.tsx'
import { EntryPanel } from './entry-panel.tsx'
import { actionWords } from './entry-words.ts'
import { type AuditSearch, auditQuery, useAuditLog } from './use-audit-log.ts'

const from = '/app/settings/audit-log' as const

/** Who did what in the organization, in a log that cannot be changed unseen. */
export function AuditLogPage() {
  useTitle('Audit log')
  const search = useSearch({ from })
  const navigate = useNavigate()
  const narrow = (next: AuditSearch) => navigate({ to: '/settings/audit-log', search: next, replace: true })
  return (
    <>
      <div className={classes.head}>
        <ChainState />
        <div className={classes.exports}>
          {(['csv', 'ndjson'] as const).map(format => (
            <Button
              key={format}
              component="a"
              size="xs"
              href={urlOf(exportAuditLog, { query: { format, ...auditQuery(search) } })}
              leftSection={<Download size={13} aria-hidden="true" />}
            >
              {format === 'csv' ? 'Export CSV' : 'Export JSON'}
            </Button>
          ))}
        </div>
      </div>
      <AuditFilters search={search} onChange={narrow} />
      <Entries search={search} onNarrow={narrow} />
    </>
  )
}

interface EntriesProps {
  search: AuditSearch
  onNarrow: (search: AuditSearch) => void
}

function Entries({ search, onNarrow }: EntriesProps) {
  const list = useAuditLog(search)
  const [openNumber, setOpenNumber] = useState<number>()
  const rows = list.data?.pages.flatMap(page => page.items)
  if (list.isError && rows === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (rows === undefined) return <TableSkeleton />
  if (rows.length === 0) {
    return (
      <EmptyState icon={<ScrollText size={20} />}>
        Nothing of this kind was entered. What members, keys and the product do to people, rights and settings
        stands here.
      </EmptyState>
    )
  }
  const at = rows.findIndex(row => row.number === openNumber)
  const open = rows[at]
  const to = (row: AuditEntry | undefined) => (row ? () => setOpenNumber(row.number) : undefined)
  return (
    <>
      <Table
        label="Audit log"
        columns={entryColumns}
        rows={rows}
        rowId={({ number }) => String(number)}
        rowLabel={({ action, actor }) => `${actionWords(action)}, ${actor.name}`}
        onOpen={({ number }) => setOpenNumber(number)}
      />
      <ListFoot count={rows.length} one="entry" many="entries" list={list} />
      {open ? (
        <EntryPanel
          entry={open}
          onClose={() => setOpenNumber(undefined)}
          onPrevious={to(rows[at - 1])}
          onNext={to(rows[at + 1])}
          onNarrow={onNarrow}
        />
      ) : null}
    </>
  )
}
