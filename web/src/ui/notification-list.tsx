import { EmptyState } from './empty-state.tsx'
import classes from './notification-list.module.css'
import { RelativeTime } from './relative-time.tsx'

export interface NotificationItem {
  id: string
  title: string
  body?: string | undefined
  /** RFC 3339 text. */
  at: string
  read: boolean
}

interface NotificationListProps {
  items: readonly NotificationItem[]
  onOpen: (item: NotificationItem) => void
}

/** What a person was told, newest first; unread ones carry a dot and the word. */
export function NotificationList({ items, onOpen }: NotificationListProps) {
  if (items.length === 0) return <EmptyState>Workflows and people write to you here.</EmptyState>
  return (
    <ul className={classes.list}>
      {items.map(item => (
        <li key={item.id}>
          <button type="button" className={classes.item} onClick={() => onOpen(item)}>
            <span className={classes.mark} data-unread={!item.read} />
            <span className={classes.words}>
              <span className={classes.title}>
                {item.read ? null : <span className="visually-hidden">Unread: </span>}
                {item.title}
              </span>
              {item.body ? <span className={classes.body}>{item.body}</span> : null}
            </span>
            <span className={classes.time}>
              <RelativeTime at={item.at} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
