import { useMutationState } from '@tanstack/react-query'
import { type Activity, createActivity, type NewActivity, type TimelineEntry } from '#modules/crm/contract.ts'
import { queryClient } from '../../../shell/query.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { keepActivity, renewActivities } from './activity-acts.ts'
import { type About, timelineKey } from './activity-routes.ts'

interface Pages {
  pages: { items: TimelineEntry[]; nextCursor: string | null }[]
  pageParams: unknown[]
}

const entryOf = (activity: Activity, userId: string): TimelineEntry => ({
  id: activity.id,
  kind: 'activity.created',
  topic: 'activity',
  at: activity.createdAt,
  until: activity.createdAt,
  count: 1,
  actor: { type: 'user', userId },
  record: null,
  activity,
  data: { kind: activity.kind, title: activity.title },
})

/** Writes an activity down. It stands on the timelines of its records from the moment it is sent. */
export function useCreateActivity(onFailed: (error: unknown) => void) {
  const { user } = useSession()
  return useAct(createActivity, {
    onSuccess: activity => {
      for (const { object, id } of activity.records) {
        queryClient.setQueryData<Pages>([...timelineKey({ object, id }), 'all'], data => {
          const [first, ...rest] = data?.pages ?? []
          if (!data || !first) return data
          const items = [entryOf(activity, user.id), ...first.items]
          return { ...data, pages: [{ ...first, items }, ...rest] }
        })
      }
      // The timeline itself is told of it a moment later, and then read again.
      keepActivity(activity)
    },
    onError: onFailed,
    onSettled: renewActivities,
  })
}

/** What is being sent, as an entry of the timelines it will stand on. */
export function usePendingEntries(about: About): TimelineEntry[] {
  const { user } = useSession()
  const sent = useMutationState({
    filters: { mutationKey: [createActivity.id], status: 'pending' },
    select: mutation => ({
      body: (mutation.state.variables as { body: NewActivity }).body,
      at: new Date(mutation.state.submittedAt).toISOString(),
    }),
  })
  return sent
    .filter(({ body }) => body.records?.some(({ id }) => id === about.id))
    .map(({ body, at }, index) => entryOf(pendingActivity(body, at, user.id, index), user.id))
}

function pendingActivity(body: NewActivity, at: string, userId: string, index: number): Activity {
  const isOpen = body.kind === 'task'
  return {
    id: `sending ${at} ${index}`,
    kind: body.kind,
    title: body.title ?? '',
    body: body.body ?? '',
    priority: body.priority ?? 'normal',
    outcome: body.outcome ?? null,
    dueOn: body.dueOn ?? null,
    startsAt: body.startsAt ?? null,
    endsAt: body.endsAt ?? null,
    assigneeUserId: userId,
    completedAt: isOpen ? null : at,
    completedBy: null,
    createdBy: userId,
    records: [],
    createdAt: at,
    updatedAt: at,
  }
}
