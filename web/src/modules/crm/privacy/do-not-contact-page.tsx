import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Ban, Search } from 'lucide-react'
import { useState } from 'react'
import type { DoNotContact } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { Table } from '../../../ui/table/table.tsx'
import { AddPanel } from './add-panel.tsx'
import classes from './do-not-contact.module.css'
import { reasonWords } from './do-not-contact-words.ts'
import { EntryPanel } from './entry-panel.tsx'
import { useDoNotContact } from './use-do-not-contact.ts'

const columns: readonly Column<DoNotContact>[] = [
  {
    id: 'value',
    header: 'Address or domain',
    width: 'minmax(10rem, 2fr)',
    essential: true,
    cell: ({ value, kind }) => (
      <span className={classes.value}>
        {value === null ? 'An erased person' : kind === 'domain' ? `Everybody at ${value}` : value}
      </span>
    ),
  },
  {
    id: 'reason',
    header: 'Reason',
    width: 'minmax(8rem, 1fr)',
    essential: true,
    cell: ({ reason }) => reasonWords[reason],
  },
  { id: 'source', header: 'Came from', width: '8rem', cell: ({ source }) => source },
  {
    id: 'created',
    header: 'Since',
    width: '6rem',
    align: 'end',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
]

/** Whom nobody writes to: the list that every message is held against before it leaves. */
export function DoNotContactPage() {
  useTitle('Do not contact')
  const mayAdd = useMay('people:write')
  const [typed, setTyped] = useState('')
  const [address] = useDebouncedValue(typed.trim(), 200)
  const [isAdding, setAdding] = useState(false)
  const [openId, setOpenId] = useState<string>()
  const list = useDoNotContact(address)
  const rows = list.data?.pages.flatMap(page => page.items)
  const open = rows?.find(({ id }) => id === openId)
  const add = mayAdd ? (
    <Button
      variant="filled"
      leftSection={<Ban size={14} aria-hidden="true" />}
      onClick={() => setAdding(true)}
    >
      Add to the list
    </Button>
  ) : null
  return (
    <>
      {rows?.length === 0 && !typed ? null : (
        <div className={classes.head}>
          <TextInput
            className={classes.search}
            size="xs"
            type="search"
            aria-label="Find what refuses an address"
            placeholder="name@example.com"
            leftSection={<Search size={14} aria-hidden="true" />}
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
          />
          {add}
        </div>
      )}
      {list.isError && rows === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : rows === undefined ? (
        <TableSkeleton />
      ) : rows.length === 0 && address ? (
        <EmptyState icon={<Ban size={20} />}>Nothing on the list refuses {address}.</EmptyState>
      ) : rows.length === 0 ? (
        <EmptyState icon={<Ban size={20} />} action={add}>
          Nobody is on the list. Whoever unsubscribes, objects or takes their consent back comes here, and
          nothing is sent to them any more.
        </EmptyState>
      ) : (
        <>
          <Table
            label="Do not contact"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            rowLabel={({ value }) => value ?? 'An erased person'}
            onOpen={({ id }) => setOpenId(id)}
          />
          <ListFoot count={rows.length} one="entry" many="entries" list={list} />
        </>
      )}
      {isAdding ? <AddPanel onClose={() => setAdding(false)} /> : null}
      {open ? <EntryPanel key={open.id} entry={open} onClose={() => setOpenId(undefined)} /> : null}
    </>
  )
}
