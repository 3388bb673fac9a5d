import { Button, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ListTodo, Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { type Activity, listActivities } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { takeWanted } from '../create/wanted.ts'
import classes from './activity.module.css'
import { useActivityActs, usePendingActs } from './activity-acts.ts'
import { useCreateActivity } from './new-activity.ts'
import { type DueGroup, dayOf, dueGroup } from './task-days.ts'
import { TaskRow } from './task-row.tsx'

const groups: readonly { group: DueGroup; label: string }[] = [
  { group: 'overdue', label: 'Overdue' },
  { group: 'today', label: 'Today' },
  { group: 'later', label: 'Later' },
  { group: 'none', label: 'Without a day' },
]

function useTasks() {
  return useInfiniteQuery({
    queryKey: [listActivities.id, 'mine'],
    queryFn: ({ pageParam, signal }) =>
      call(
        listActivities,
        {
          query: {
            mine: 'true',
            state: 'open',
            sort: 'dueOn',
            limit: 100,
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** What the person has to do: over, today, later. By keys alone, too. */
export function TasksPage() {
  useTitle('Tasks')
  const list = useTasks()
  const { done, gone } = usePendingActs()
  const acts = useActivityActs()
  const mayWrite = useMay('activities:write')
  const [at, setAt] = useState<string>()
  const create = useRef<HTMLInputElement>(null)
  const today = dayOf(useNow())
  const all = list.data?.pages.flatMap(page => page.items)
  const tasks = all?.filter(task => task.completedAt === null && !done.has(task.id) && !gone.has(task.id))
  const parts = groups.map(each => ({
    ...each,
    tasks: tasks?.filter(task => dueGroup(task.dueOn ?? startDay(task), today) === each.group) ?? [],
  }))
  const order = parts.flatMap(part => part.tasks.map(task => task.id))
  const move = (by: number) => {
    const from = at === undefined ? -1 : order.indexOf(at)
    const next = order[Math.min(order.length - 1, Math.max(0, from + by))]
    setAt(next)
    document.querySelector<HTMLElement>(`[data-task="${next}"]`)?.focus()
  }
  const finish = () => {
    if (at === undefined || !order.includes(at)) return
    const next = order[order.indexOf(at) + 1] ?? order[order.indexOf(at) - 1]
    acts.complete(at)
    setAt(next)
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-task="${next}"]`)?.focus())
  }
  useShortcuts([
    { keys: 'j', label: 'Next task', group: 'Tasks', run: () => move(1) },
    { keys: 'k', label: 'Previous task', group: 'Tasks', run: () => move(-1) },
    ...(mayWrite
      ? [
          { keys: 'e', label: 'Complete the task', group: 'Tasks', run: finish },
          { keys: 'c', label: 'New task', group: 'Tasks', run: () => create.current?.focus() },
        ]
      : []),
  ])
  const begin = () => create.current?.focus()
  usePaletteActions(
    mayWrite
      ? [
          {
            id: 'create.task',
            label: 'New task',
            group: 'Create',
            keywords: 'add make',
            keys: 'c',
            icon: Plus,
            run: begin,
          },
        ]
      : [],
  )
  useEffect(() => {
    if (takeWanted('task')) create.current?.focus()
  }, [])
  return (
    <Page>
      <PageHeader
        title="Tasks"
        meta={tasks && tasks.length > 0 ? <span className={classes.quiet}>{tasks.length} open</span> : null}
      />
      <PageBody>
        <div className={classes.tasks}>
          {mayWrite ? <NewTask control={create} /> : null}
          {list.isError && !all ? <PageError error={list.error} reset={list.refetch} /> : null}
          {list.isPending ? <TableSkeleton /> : null}
          {tasks?.length === 0 ? (
            <EmptyState icon={<ListTodo size={20} />}>
              Nothing to do. Tasks you add here or on a record stand here by the day they are due.
            </EmptyState>
          ) : null}
          {parts
            .filter(part => part.tasks.length > 0)
            .map(part => (
              <section key={part.group} aria-label={part.label}>
                <h2 className={classes.taskGroup} data-group={part.group}>
                  {part.label} <span>{part.tasks.length}</span>
                </h2>
                <ul>
                  {part.tasks.map(task => (
                    <TaskRow key={task.id} task={task} today={today} onFocus={() => setAt(task.id)} />
                  ))}
                </ul>
              </section>
            ))}
          {list.hasNextPage ? (
            <ListFoot count={all?.length ?? 0} one="task" many="tasks" list={list} />
          ) : null}
        </div>
      </PageBody>
    </Page>
  )
}

function startDay({ startsAt }: Activity): string | null {
  return startsAt === null ? null : dayOf(Date.parse(startsAt))
}

function NewTask({ control }: { control: React.RefObject<HTMLInputElement | null> }) {
  const [title, setTitle] = useState('')
  const [dueOn, setDueOn] = useState(() => dayOf(Date.now()))
  const create = useCreateActivity(error => sayFailed(error))
  const isEmpty = title.trim() === ''
  const save = () => {
    if (isEmpty) return
    const sent = title.trim()
    setTitle('')
    create.mutate(
      {
        body: {
          kind: 'task',
          title: sent,
          body: '',
          priority: 'normal',
          records: [],
          ...(dueOn ? { dueOn } : {}),
        },
      },
      { onError: () => setTitle(now => now || sent) },
    )
  }
  return (
    <form
      className={classes.newTask}
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <TextInput
        ref={control}
        className={classes.newTitle}
        aria-label="New task"
        placeholder="New task"
        maxLength={300}
        leftSection={<Plus size={14} aria-hidden="true" />}
        value={title}
        onChange={event => setTitle(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <TextInput
        type="date"
        aria-label="Due"
        min="1900-01-01"
        value={dueOn}
        onChange={event => setDueOn(event.currentTarget.value)}
      />
      <Button type="submit" variant={isEmpty ? 'default' : 'filled'} disabled={isEmpty}>
        Add
      </Button>
    </form>
  )
}
