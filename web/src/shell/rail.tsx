import { CircleHelp, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react'
import { NotificationBell } from '../modules/iam/notifications/notification-bell.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { LiveNotice } from './live-notice.tsx'
import type { NavigationEntry } from './navigation.ts'
import { OrganizationMenu } from './organization-menu.tsx'
import { openPalette } from './palette-store.ts'
import classes from './rail.module.css'
import { RailButton, RailLink } from './rail-item.tsx'
import { UserMenu } from './user-menu.tsx'

interface RailProps {
  groups: readonly (readonly NavigationEntry[])[]
  narrow: boolean
  onToggle: () => void
  onHelp: () => void
}

/** The rail on the left: organization, search, pages by group, and the person at the bottom. */
export function Rail({ groups, narrow, onToggle, onHelp }: RailProps) {
  return (
    <nav className={classes.rail} data-narrow={narrow} aria-label="Main">
      <div className={classes.top}>
        <OrganizationMenu narrow={narrow} />
        {narrow ? null : (
          <IconButton label="Narrow the rail" keys="[" onClick={onToggle} className={classes.toggle}>
            <PanelLeftClose size={16} />
          </IconButton>
        )}
      </div>
      <RailButton icon={Search} label="Search" keys="mod+k" narrow={narrow} onClick={openPalette} />
      <NotificationBell className={classes.item} narrow={narrow} />
      <div className={classes.groups}>
        {groups.map(group => (
          <ul key={group[0]?.id} className={classes.group}>
            {group.map(entry => (
              <li key={entry.id}>
                <RailLink entry={entry} narrow={narrow} />
              </li>
            ))}
          </ul>
        ))}
      </div>
      <div className={classes.bottom}>
        <LiveNotice narrow={narrow} />
        {narrow ? (
          <RailButton icon={PanelLeftOpen} label="Widen the rail" keys="[" narrow onClick={onToggle} />
        ) : null}
        <div className={classes.person}>
          <UserMenu narrow={narrow} />
          {narrow ? null : (
            <IconButton label="Keys on this page" keys="?" onClick={onHelp}>
              <CircleHelp size={16} />
            </IconButton>
          )}
        </div>
      </div>
    </nav>
  )
}
