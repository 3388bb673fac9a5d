import { Button } from '@mantine/core'
import { problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { NotificationList } from '../../../ui/notification-list.tsx'
import classes from './notifications.module.css'
import type { useNotifications } from './use-notifications.ts'

interface NotificationPanelProps {
  notifications: ReturnType<typeof useNotifications>
  onOpened: () => void
}

/** The list of notifications with its two actions. */
export function NotificationPanel({ notifications, onOpened }: NotificationPanelProps) {
  const { list, items, unread, open, markAll } = notifications
  const words = list.error && items.length === 0 ? problemWords(list.error) : undefined
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        {/* Opening the list reads its name first and shows no ring on a button nobody chose. */}
        <h2 className={classes.title} tabIndex={-1} data-autofocus>
          Notifications
        </h2>
        <Button variant="subtle" size="xs" disabled={unread === 0} onClick={markAll}>
          Mark all as read
        </Button>
      </div>
      <div className={classes.body}>
        {words ? (
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => list.refetch()}
          />
        ) : (
          <NotificationList
            items={items.map(item => ({
              id: item.id,
              title: item.title,
              body: item.body,
              at: item.createdAt,
              read: item.readAt !== null,
            }))}
            onOpen={shown => {
              const item = items.find(each => each.id === shown.id)
              if (item) open(item)
              onOpened()
            }}
          />
        )}
        {list.hasNextPage ? (
          <Button
            variant="subtle"
            fullWidth
            loading={list.isFetchingNextPage}
            onClick={() => list.fetchNextPage()}
          >
            Show older
          </Button>
        ) : null}
      </div>
    </div>
  )
}
