import { Button } from '@mantine/core'
import { ShieldCheck, UserRoundCheck } from 'lucide-react'
import { useRef, useState } from 'react'
import type { QuarantinedSubmission } from '#modules/intake/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { SelectionBar } from '../../../ui/selection-bar.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { Table } from '../../../ui/table/table.tsx'
import { HeldPanel } from './held-panel.tsx'
import classes from './quarantine.module.css'
import { reasonLine } from './quarantine-words.ts'
import { useHeld, useLeaveQuarantine } from './use-quarantine.ts'

/** What was held back: to be let in, to be deleted, or to be left until it is deleted by itself. */
export function HeldList() {
  const list = useHeld()
  const rows = list.data?.pages.flatMap(page => page.items)
  if (list.isError && rows === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (rows === undefined) return <TableSkeleton />
  if (rows.length === 0)
    return (
      <EmptyState icon={<ShieldCheck size={20} />}>
        Nothing is held back. What looks as if nobody meant it waits here for 30 days instead of becoming a
        lead.
      </EmptyState>
    )
  return <HeldTable rows={rows} list={list} />
}

interface HeldTableProps {
  rows: readonly QuarantinedSubmission[]
  list: ReturnType<typeof useHeld>
}

function HeldTable({ rows, list }: HeldTableProps) {
  const mayDecide = useMay('quarantine:write')
  const leave = useLeaveQuarantine()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [openId, setOpenId] = useState<string>()
  // What has left the list meanwhile is not selected any more.
  const selection = new Set(rows.map(({ id }) => id).filter(id => chosen.has(id)))
  const place = useRef<HTMLDivElement>(null)
  const at = rows.findIndex(({ id }) => id === openId)
  const open = rows[at]
  const step = (by: number) => {
    const next = rows[at + by]
    return next && (() => setOpenId(next.id))
  }
  // The bar goes with the selection, so the keyboard goes back to the rows.
  const act = (way: 'release' | 'delete') => {
    leave(way, [...selection])
    place.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()
  }
  return (
    <div className={classes.list} ref={place}>
      <Table
        label="Submissions that are held back"
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        rowLabel={({ name, email }) => name ?? email ?? ''}
        selection={mayDecide ? selection : undefined}
        onSelect={mayDecide ? setChosen : undefined}
        onOpen={({ id }) => setOpenId(id)}
      />
      {selection.size > 0 ? (
        <SelectionBar
          label="Selected submissions"
          words={`${selection.size.toLocaleString()} selected`}
          onClear={() => setChosen(new Set())}
        >
          <Button
            variant="filled"
            leftSection={<UserRoundCheck size={14} aria-hidden="true" />}
            onClick={() => act('release')}
          >
            Release
          </Button>
          <InlineConfirm
            label="Delete"
            consequence="Nothing brings them back."
            onConfirm={() => act('delete')}
          />
        </SelectionBar>
      ) : (
        <ListFoot count={rows.length} one="submission" many="submissions" list={list} />
      )}
      {open ? (
        <HeldPanel
          key={open.id}
          held={open}
          onLeave={way => {
            leave(way, [open.id])
            setOpenId(undefined)
          }}
          onClose={() => setOpenId(undefined)}
          onPrevious={step(-1)}
          onNext={step(1)}
        />
      ) : null}
    </div>
  )
}

const columns: readonly Column<QuarantinedSubmission>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(7rem, 1fr)',
    essential: true,
    cell: ({ name }) => <span className={classes.strong}>{name}</span>,
  },
  {
    id: 'email',
    header: 'E-mail',
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ email }) => <span className={classes.quiet}>{email}</span>,
  },
  {
    id: 'reason',
    header: 'Because',
    width: 'minmax(9rem, 3fr)',
    essential: true,
    cell: held => <span className={classes.cut}>{reasonLine(held)}</span>,
  },
  {
    id: 'form',
    header: 'Form',
    width: 'minmax(6rem, 1fr)',
    cell: ({ formName }) => <span className={classes.quiet}>{formName}</span>,
  },
  {
    id: 'sent',
    header: 'Sent',
    width: '6rem',
    align: 'end',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
]
