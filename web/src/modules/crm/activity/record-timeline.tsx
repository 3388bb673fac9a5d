import { Button, Menu } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MoreHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Activity, TimelineEntry, TimelineTopic } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { Timeline, type TimelineItem } from '../../../ui/timeline.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import classes from './activity.module.css'
import { useActivityActs, usePendingActs } from './activity-acts.ts'
import { ActivityFacts } from './activity-facts.tsx'
import { EntryIcon } from './activity-icons.tsx'
import { type About, readTimeline, timelineKey } from './activity-routes.ts'
import { usePendingEntries } from './new-activity.ts'
import { NoteText } from './note-text.tsx'
import { entryWords } from './timeline-words.ts'

const PAGE = 50

const topics: readonly { value: TimelineTopic; label: string }[] = [
  { value: 'activity', label: 'Notes and tasks' },
  { value: 'email', label: 'E-mails' },
  { value: 'form', label: 'Forms' },
  { value: 'lead', label: 'Leads' },
  { value: 'run', label: 'Workflows' },
  { value: 'deal', label: 'Deals' },
  { value: 'change', label: 'Changes' },
]

const actors: Readonly<Record<TimelineEntry['actor']['type'], string>> = {
  user: 'A member',
  apiKey: 'An API client',
  plugin: 'A plugin',
  run: 'The workflow',
  system: 'Millrace',
  visitor: 'They',
}

function ActivityMenu({ activity }: { activity: Activity }) {
  const acts = useActivityActs()
  if (!useMay('activities:write')) return null
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <IconButton label="More" size="sm">
          <MoreHorizontal size={14} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {activity.completedAt === null ? (
          <Menu.Item onClick={() => acts.complete(activity.id)}>Complete</Menu.Item>
        ) : activity.kind === 'task' ? (
          <Menu.Item onClick={() => acts.reopen(activity.id)}>Open again</Menu.Item>
        ) : null}
        <Menu.Item onClick={() => acts.remove(activity.id)}>Delete</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ActivityBody({ activity }: { activity: Activity }) {
  return (
    <div className={classes.entry}>
      <div className={classes.entryText}>
        {activity.title ? (
          <p
            className={classes.entryTitle}
            data-done={activity.kind === 'task' && activity.completedAt !== null}
          >
            {activity.title}
          </p>
        ) : null}
        {activity.body ? <NoteText text={activity.body} /> : null}
        <ActivityFacts activity={activity} />
      </div>
      <ActivityMenu activity={activity} />
    </div>
  )
}

/** The activity an entry tells of, as it is now; of what was completed its title alone. */
function bodyOf({ activity, kind }: TimelineEntry): ReactNode {
  if (!activity) return undefined
  const isWhole = kind === 'activity.created' || activity.kind !== 'task'
  return isWhole ? <ActivityBody activity={activity} /> : activity.title
}

function sentence(entry: TimelineEntry): { words: ReactNode; body?: ReactNode } {
  const { words, record, source, body } = entryWords(entry)
  return {
    words: (
      <>
        {words}
        {record ? (
          <>
            {' '}
            <Link to={record.to}>{record.label}</Link>
          </>
        ) : null}
        {entry.record ? (
          <>
            {' with '}
            <RecordLink object={entry.record.object} id={entry.record.id}>
              {entry.record.name}
            </RecordLink>
          </>
        ) : null}
        {source ? (
          <span className={classes.source}>
            <Link to={source.to}>{source.label}</Link>
          </span>
        ) : null}
        {entry.count > 1 ? <span className={classes.source}>{entry.count} changes</span> : null}
      </>
    ),
    ...(body ? { body } : {}),
  }
}

function useEntries(about: About, topic: TimelineTopic | undefined) {
  return useInfiniteQuery({
    queryKey: [...timelineKey(about), topic ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      readTimeline(
        about,
        { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}), ...(topic ? { topics: topic } : {}) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: before => before,
  })
}

/** What happened to a record, newest first, from every part of the product; one kind of it when somebody asks. */
export function RecordTimeline({ object, id }: About) {
  const { user } = useSession()
  const [topic, setTopic] = useState<TimelineTopic>()
  const query = useEntries({ object, id }, topic)
  const { gone } = usePendingActs()
  const pending = usePendingEntries({ object, id })
  const read = query.data?.pages.flatMap(page => page.items) ?? []
  const fresh = topic === undefined || topic === 'activity' ? pending : []
  const known = new Set(read.map(entry => entry.activity?.id))
  const entries = [...fresh.filter(entry => !known.has(entry.activity?.id)), ...read].filter(
    entry => !gone.has(entry.activity?.id ?? ''),
  )
  const names = useMemberNames(entries.map(entry => entry.actor.userId))
  const nameOf = ({ actor }: TimelineEntry) =>
    actor.userId === user.id ? 'You' : ((actor.userId && names.get(actor.userId)) ?? actors[actor.type])
  const items = entries.map((entry): TimelineItem => {
    const { words, body } = sentence(entry)
    const shown = bodyOf(entry) ?? body
    return {
      id: entry.id,
      at: entry.until,
      icon: <EntryIcon entry={entry} />,
      actor: nameOf(entry),
      words,
      ...(shown ? { body: shown } : {}),
    }
  })
  return (
    <section aria-label="What happened">
      <div className={classes.topics}>
        <TopicButton isOn={topic === undefined} onClick={() => setTopic(undefined)}>
          Everything
        </TopicButton>
        {topics.map(({ value, label }) => (
          <TopicButton key={value} isOn={topic === value} onClick={() => setTopic(value)}>
            {label}
          </TopicButton>
        ))}
      </div>
      {query.isPending && items.length === 0 ? <Waiting /> : null}
      {query.error && read.length === 0 ? (
        <ErrorState
          what={problemWords(query.error).what}
          next={problemWords(query.error).next}
          requestId={problemWords(query.error).requestId}
          onRetry={() => query.refetch()}
        />
      ) : null}
      {query.isSuccess && items.length === 0 ? (
        <Nothing topic={topic} onClear={() => setTopic(undefined)} />
      ) : null}
      <Timeline items={items} />
      {query.hasNextPage ? (
        <Button
          variant="subtle"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          Show older
        </Button>
      ) : null}
    </section>
  )
}

function TopicButton({
  isOn,
  onClick,
  children,
}: {
  isOn: boolean
  onClick: () => void
  children: ReactNode
}) {
  return (
    <button type="button" className={classes.topic} aria-pressed={isOn} onClick={onClick}>
      {children}
    </button>
  )
}

function Nothing({ topic, onClear }: { topic: TimelineTopic | undefined; onClear: () => void }) {
  if (topic === undefined)
    return <EmptyState>Notes, calls, e-mails, forms and workflows stand here as they happen.</EmptyState>
  return (
    <EmptyState
      action={
        <Button variant="default" size="xs" onClick={onClear}>
          Show everything
        </Button>
      }
    >
      Nothing of this kind has happened.
    </EmptyState>
  )
}

function Waiting() {
  return (
    <div className={`${classes.waiting} appear-late`}>
      <Bar width="70%" />
      <Bar width="50%" />
      <Bar width="60%" />
    </div>
  )
}
