import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  ArchiveRestore,
  Ban,
  CalendarCheck,
  CalendarX,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  FileText,
  FileX,
  Handshake,
  type LucideIcon,
  MailCheck,
  MailOpen,
  MailX,
  MoveRight,
  Play,
  StickyNote,
  Trash2,
  UserRound,
  Webhook,
} from 'lucide-react'
import { type ReactNode, useState } from 'react'
import {
  type LeadDetail,
  type LeadEvent,
  type LeadEventKind,
  listLeadEvents,
} from '#modules/intake/contract.ts'
import { call } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { useSession } from '../../../shell/session.ts'
import { Timeline, type TimelineItem } from '../../../ui/timeline.tsx'
import { type EventActor, leadEventWords } from '../lead-event-words.ts'
import { MailSaid } from '../mail-in/mail-said.tsx'
import classes from './lead.module.css'

const SHOWN_AT_FIRST = 100

const icons: Readonly<Record<LeadEventKind, LucideIcon>> = {
  FORM_SUBMITTED: FileText,
  EMAIL_SENT: MailCheck,
  EMAIL_FAILED: MailX,
  EMAIL_UNKNOWN: CircleHelp,
  EMAIL_SUPPRESSED: Ban,
  EMAIL_RECEIVED: MailOpen,
  STATUS_CHANGED: MoveRight,
  OWNER_CHANGED: UserRound,
  CONVERTED: Handshake,
  NOTE_ADDED: StickyNote,
  BOOKING_CREATED: CalendarCheck,
  BOOKING_CANCELED: CalendarX,
  WEBHOOK_RECEIVED: Webhook,
  FILE_REFUSED: FileX,
  FILE_REMOVED: FileX,
  DELETED: Trash2,
  RESTORED: ArchiveRestore,
  RUN_STARTED: Play,
  RUN_COMPLETED: CircleCheck,
  RUN_FAILED: CircleAlert,
}

const actors: Readonly<Record<Exclude<EventActor, 'lead'>, string>> = {
  you: 'You',
  member: 'A member',
  workflow: 'The workflow',
  api: 'An API client',
  plugin: 'A plugin',
  system: 'Millrace',
}

/** All events of a lead, once somebody asks for more than the newest hundred. */
function useEvents(lead: LeadDetail) {
  const [all, setAll] = useState(false)
  const older = useInfiniteQuery({
    queryKey: [listLeadEvents.id, { params: { leadId: lead.id } }],
    queryFn: ({ pageParam, signal }) =>
      call(
        listLeadEvents,
        {
          params: { leadId: lead.id },
          query: { limit: SHOWN_AT_FIRST, ...(pageParam ? { cursor: pageParam } : {}) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    enabled: all,
  })
  const pages = older.data?.pages.flatMap(page => page.items)
  const hasMore = pages ? older.hasNextPage : lead.events.length >= SHOWN_AT_FIRST
  const readMore = async () => {
    if (all) await older.fetchNextPage()
    else setAll(true)
  }
  return { events: pages ?? lead.events, hasMore, isReading: older.isFetching, readMore }
}

function itemOf(
  event: LeadEvent,
  lead: LeadDetail,
  userId: string,
  names: ReadonlyMap<string, string>,
): TimelineItem {
  const { actor, words, record, body } = leadEventWords(event, userId, lead.statuses)
  const Icon = icons[event.kind]
  const said: ReactNode = record ? (
    <>
      {words} <Link to={record.to}>{record.label}</Link>
    </>
  ) : (
    words
  )
  return {
    id: event.id,
    at: event.createdAt,
    icon: <Icon size={13} />,
    actor: nameOf(actor, event, lead, names),
    words: said,
    ...(event.kind === 'EMAIL_RECEIVED'
      ? { body: <MailSaid event={event} leadId={lead.id} /> }
      : body
        ? { body }
        : {}),
  }
}

function nameOf(
  actor: EventActor,
  event: LeadEvent,
  lead: LeadDetail,
  names: ReadonlyMap<string, string>,
): string {
  if (actor === 'lead') return lead.name
  const known = actor === 'member' && event.userId ? names.get(event.userId) : undefined
  return known ?? actors[actor]
}

/** What happened to a lead, newest first: the form, moves, e-mails and runs. */
export function LeadTimeline({ lead }: { lead: LeadDetail }) {
  const { user } = useSession()
  const { events, hasMore, isReading, readMore } = useEvents(lead)
  const names = useMemberNames(events.map(event => event.userId))
  if (events.length === 0) return <p className={classes.none}>Nothing has happened yet.</p>
  return (
    <>
      <Timeline items={events.map(event => itemOf(event, lead, user.id, names))} />
      {hasMore ? (
        <Button variant="subtle" size="xs" loading={isReading} onClick={readMore}>
          Show older
        </Button>
      ) : null}
    </>
  )
}
