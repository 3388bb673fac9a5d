import { Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Menu as MenuIcon, Search } from 'lucide-react'
import { useState } from 'react'
import { NotificationBell } from '../modules/iam/notifications/notification-bell.tsx'
import classes from './bottom-bar.module.css'
import { LiveNotice } from './live-notice.tsx'
import type { NavigationEntry } from './navigation.ts'
import { OrganizationMenu } from './organization-menu.tsx'
import { openPalette } from './palette-store.ts'
import { useIsWithin } from './rail-item.tsx'
import { UserMenu } from './user-menu.tsx'

/** The rail of a narrow screen: a few pages at the bottom, everything else in a sheet. */
export function BottomBar({ groups }: { groups: readonly (readonly NavigationEntry[])[] }) {
  const [sheetOpen, setSheetOpen] = useState(false)
  const close = () => setSheetOpen(false)
  const inBar = groups
    .flat()
    .filter(entry => entry.inBar)
    .slice(0, 3)
  return (
    <>
      <nav className={classes.bar} aria-label="Main">
        {inBar.map(entry => (
          <BarLink key={entry.id} entry={entry} />
        ))}
        <button type="button" className={classes.item} onClick={openPalette}>
          <Search size={20} strokeWidth={1.75} />
          Search
        </button>
        <button
          type="button"
          className={classes.item}
          aria-expanded={sheetOpen}
          onClick={() => setSheetOpen(true)}
        >
          <MenuIcon size={20} strokeWidth={1.75} />
          More
        </button>
      </nav>
      <Drawer
        opened={sheetOpen}
        onClose={close}
        position="bottom"
        size="auto"
        title={<OrganizationMenu narrow={false} />}
        closeButtonProps={{ 'aria-label': 'Close' }}
        classNames={{ content: classes.sheet, title: classes.sheetTitle }}
      >
        <NotificationBell className={classes.entry} narrow={false} sheet />
        {groups.map(group => (
          <ul key={group[0]?.id} className={classes.group}>
            {group.map(({ id, icon: Icon, label, to, count: Count }) => (
              <li key={id}>
                <Link
                  to={to}
                  className={classes.entry}
                  activeProps={{ 'aria-current': 'page' }}
                  onClick={close}
                >
                  <Icon size={18} strokeWidth={1.75} />
                  {label}
                  {Count ? <Count /> : null}
                </Link>
              </li>
            ))}
          </ul>
        ))}
        <LiveNotice />
        <div className={classes.person}>
          <UserMenu narrow={false} />
        </div>
      </Drawer>
    </>
  )
}

function BarLink({ entry }: { entry: NavigationEntry }) {
  const { icon: Icon, label, to } = entry
  const isWithin = useIsWithin(entry)
  return (
    <Link
      to={to}
      className={classes.item}
      activeProps={{ 'aria-current': 'page' }}
      aria-current={isWithin ? 'page' : undefined}
    >
      <Icon size={20} strokeWidth={1.75} />
      {label}
    </Link>
  )
}
