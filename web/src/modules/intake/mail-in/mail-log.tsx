import { Mailbox } from 'lucide-react'
import { useState } from 'react'
import type { MailDecision, ReceivedMail } from '#modules/intake/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { Table } from '../../../ui/table/table.tsx'
import classes from './mail-in.module.css'
import { MailPanel } from './mail-panel.tsx'
import { decisionWords, senderWords } from './mail-words.ts'
import { useReceivedMails } from './use-mail-in.ts'

const VIEWS = [
  { value: 'all', label: 'All' },
  { value: 'lead', label: 'Leads' },
  { value: 'quarantined', label: 'Held' },
  { value: 'ignored', label: 'Ignored' },
] as const
type View = (typeof VIEWS)[number]['value']

const EMPTY: Readonly<Record<View, string>> = {
  all: 'Nothing has come in during the last 30 days.',
  lead: 'No e-mail has become a lead during the last 30 days.',
  quarantined: 'Nothing waits for a decision.',
  ignored: 'Nothing was ignored during the last 30 days.',
}

const columns: readonly Column<ReceivedMail>[] = [
  {
    id: 'sender',
    header: 'From',
    width: 'minmax(6rem, 1fr)',
    essential: true,
    cell: mail => <span className={classes.strong}>{senderWords(mail)}</span>,
  },
  {
    id: 'subject',
    header: 'Subject',
    width: 'minmax(6rem, 2fr)',
    essential: true,
    cell: ({ subject, preview }) => (
      <span className={classes.cut}>{subject || preview || 'Without a subject'}</span>
    ),
  },
  {
    id: 'decision',
    header: 'Became',
    width: '6rem',
    essential: true,
    cell: ({ decision }) => (
      <Status kind={decisionWords[decision].status}>{decisionWords[decision].label}</Status>
    ),
  },
  {
    id: 'reason',
    header: 'Because',
    width: 'minmax(10rem, 2fr)',
    cell: ({ explanation }) => <span className={classes.cut}>{explanation ?? ''}</span>,
  },
  {
    id: 'received',
    header: 'Received',
    width: '6rem',
    align: 'end',
    cell: ({ receivedAt }) => <RelativeTime at={receivedAt} />,
  },
]

/** Every e-mail that came in and what was decided about it, with the reason. */
export function MailLog() {
  const [view, setView] = useState<View>('all')
  const [openId, setOpenId] = useState<string>()
  const decision: MailDecision | null = view === 'all' ? null : view
  const list = useReceivedMails(decision)
  const rows = list.data?.pages.flatMap(page => page.items)
  const open = rows?.find(({ id }) => id === openId)
  return (
    <>
      <div className={classes.filter}>
        <Choice label="Show" options={VIEWS} value={view} onChange={setView} />
      </div>
      {list.isError && rows === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : rows === undefined ? (
        <TableSkeleton />
      ) : rows.length === 0 ? (
        <EmptyState icon={<Mailbox size={20} />}>{EMPTY[view]}</EmptyState>
      ) : (
        <>
          <Table
            label="What came in"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            rowLabel={senderWords}
            onOpen={({ id }) => setOpenId(id)}
          />
          <ListFoot count={rows.length} one="e-mail" many="e-mails" list={list} />
        </>
      )}
      {open ? <MailPanel key={open.id} mail={open} onClose={() => setOpenId(undefined)} /> : null}
    </>
  )
}
