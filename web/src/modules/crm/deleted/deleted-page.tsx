import { Button } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { ArchiveRestore, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { type DeletedRecord, KEPT_DAYS, type RecordObject } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay, useSession } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { SelectionBar } from '../../../ui/selection-bar.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { type Column, toggled } from '../../../ui/table/columns.ts'
import { Table } from '../../../ui/table/table.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { access } from '../record/record-access.ts'
import classes from './deleted.module.css'
import { daysLeft, deleterOf, objectWords } from './deleted-words.ts'
import { useDeleted, useLeaveDeleted } from './use-deleted.ts'

/** What was deleted and can be brought back, one object at a time. */
export function DeletedPage() {
  useTitle('Deleted records')
  const { object = 'person' } = useSearch({ from: '/app/deleted' })
  return (
    <Page>
      <PageHeader
        title="Deleted records"
        tabs={
          <Tabs label="Kinds of records">
            {(['person', 'company', 'deal'] as const).map(each => (
              <Tab
                key={each}
                to="/deleted"
                search={each === 'person' ? {} : { object: each }}
                activeOptions={{ exact: true, includeSearch: true }}
              >
                {objectWords[each].tab}
              </Tab>
            ))}
          </Tabs>
        }
      />
      <DeletedList key={object} object={object} />
    </Page>
  )
}

function DeletedList({ object }: { object: RecordObject }) {
  const list = useDeleted(object)
  const rows = list.data?.pages.flatMap(page => page.items)
  if (list.isError && rows === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (rows === undefined) return <TableSkeleton />
  if (rows.length === 0)
    return (
      <EmptyState icon={<Trash2 size={20} />}>
        No deleted {objectWords[object].many}. What is deleted stays here for {KEPT_DAYS} days and can be
        brought back.
      </EmptyState>
    )
  return <DeletedTable object={object} rows={rows} list={list} />
}

interface DeletedTableProps {
  object: RecordObject
  rows: readonly DeletedRecord[]
  list: ReturnType<typeof useDeleted>
}

function DeletedTable({ object, rows, list }: DeletedTableProps) {
  const mayRestore = useMay(`${access[object].plural}:write`)
  const mayPurge = useMay('organization:manage')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // What has left the list meanwhile is not selected any more.
  const selection = new Set(rows.map(({ id }) => id).filter(id => chosen.has(id)))
  const ids = [...selection]
  const leave = useLeaveDeleted(object)
  const columns = useColumns(object, rows)
  const place = useRef<HTMLDivElement>(null)
  // The bar goes with the selection, so the keyboard goes back to the rows.
  const act = (way: (ids: readonly string[]) => void) => {
    way(ids)
    place.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()
  }
  const { one, many } = objectWords[object]
  return (
    <div className={classes.list} ref={place}>
      <Table
        label={`Deleted ${many}`}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        rowLabel={({ name }) => name || 'Without a name'}
        selection={mayRestore ? selection : undefined}
        onSelect={mayRestore ? setChosen : undefined}
        onOpen={({ id }) => mayRestore && setChosen(toggled(selection, id))}
      />
      {selection.size > 0 ? (
        <SelectionBar
          label={`Selected ${many}`}
          words={`${selection.size.toLocaleString()} selected`}
          onClear={() => setChosen(new Set())}
        >
          <Button
            variant="filled"
            leftSection={<ArchiveRestore size={14} aria-hidden="true" />}
            onClick={() => act(leave.restore)}
          >
            Restore
          </Button>
          {mayPurge ? (
            <InlineConfirm
              label="Delete for good"
              consequence="Their history, notes and files go with them. Nothing brings them back."
              onConfirm={() => act(leave.purge)}
            />
          ) : null}
        </SelectionBar>
      ) : (
        <ListFoot count={rows.length} one={`deleted ${one}`} many={`deleted ${many}`} list={list} />
      )}
    </div>
  )
}

const hintOf = (object: 'person' | 'company'): Column<DeletedRecord> => ({
  id: 'hint',
  header: object === 'person' ? 'E-mail' : 'Domain',
  width: 'minmax(8rem, 2fr)',
  cell: ({ hint, name }) => <span className={classes.hint}>{hint === name ? '' : hint}</span>,
})

function useColumns(object: RecordObject, rows: readonly DeletedRecord[]): readonly Column<DeletedRecord>[] {
  const now = useNow()
  const session = useSession()
  const names = useMemberNames(rows.map(({ deletedBy }) => deletedBy?.userId))
  return [
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(8rem, 2fr)',
      essential: true,
      cell: ({ name }) => <span className={classes.name}>{name || 'Without a name'}</span>,
    },
    ...(object === 'deal' ? [] : [hintOf(object)]),
    {
      id: 'by',
      header: 'Deleted by',
      width: 'minmax(6rem, 1fr)',
      cell: record => deleterOf(record, names, session.user?.id),
    },
    {
      id: 'deletedAt',
      header: 'Deleted',
      width: '6.5rem',
      align: 'end',
      cell: ({ deletedAt }) => <RelativeTime at={deletedAt} />,
    },
    {
      id: 'purgedAt',
      header: 'Kept for',
      width: '5.5rem',
      align: 'end',
      essential: true,
      cell: ({ purgedAt }) => daysLeft(purgedAt, now),
    },
  ]
}
