import { Drawer, Popover } from '@mantine/core'
import { Bell } from 'lucide-react'
import { useState } from 'react'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { NotificationPanel } from './notification-panel.tsx'
import classes from './notifications.module.css'
import { useNotifications } from './use-notifications.ts'

interface NotificationBellProps {
  /** How the button looks where it stands: a line of the rail or of the sheet. */
  className: string | undefined
  narrow: boolean
  /** On a narrow screen the list is a sheet. */
  sheet?: boolean | undefined
}

/** The bell with its count; opens the list. */
export function NotificationBell({ className, narrow, sheet = false }: NotificationBellProps) {
  const [opened, setOpened] = useState(false)
  const notifications = useNotifications()
  const { unread } = notifications
  const name = unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'
  const toggle = () => setOpened(!opened)
  useShortcuts([{ keys: 'g n', label: 'Notifications', group: 'Go to', run: () => setOpened(true) }])
  const button = (
    <button type="button" className={className} aria-label={name} aria-expanded={opened} onClick={toggle}>
      <span className={classes.bell}>
        <Bell size={sheet ? 18 : 16} strokeWidth={1.75} />
        {narrow && unread > 0 ? <span className={classes.mark} /> : null}
      </span>
      {narrow ? null : <span className={classes.label}>Notifications</span>}
      {!narrow && unread > 0 ? <span className={classes.count}>{unread > 99 ? '99+' : unread}</span> : null}
    </button>
  )
  const panel = <NotificationPanel notifications={notifications} onOpened={() => setOpened(false)} />
  if (sheet) {
    return (
      <>
        {button}
        <Drawer
          opened={opened}
          onClose={() => setOpened(false)}
          position="bottom"
          size="75%"
          padding="xs"
          withCloseButton={false}
          attributes={{ content: { 'aria-label': 'Notifications' } }}
        >
          {panel}
        </Drawer>
      </>
    )
  }
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="right-start"
      offset={12}
      width={384}
      trapFocus
      returnFocus
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label="Notifications">{panel}</Popover.Dropdown>
    </Popover>
  )
}
