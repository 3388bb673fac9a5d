import { Link, Outlet } from '@tanstack/react-router'
import { useSession } from '../../../shell/session.ts'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { visibleSections } from './sections.ts'
import classes from './settings.module.css'

/** The frame of the settings: their pages at the left, above the page on a narrow screen. */
export function SettingsPage() {
  const groups = visibleSections(useSession())
  return (
    <Page>
      <PageHeader title="Settings" />
      <div className={classes.area}>
        <nav className={classes.nav} aria-label="Settings">
          {groups.map(({ name, sections }) => (
            <div key={name} className={classes.group}>
              <h2 className={classes.name}>{name}</h2>
              <ul className={classes.list}>
                {sections.map(({ label, icon: Icon, to }) => (
                  <li key={to}>
                    <Link to={to} className={classes.item} activeProps={{ 'aria-current': 'page' }}>
                      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
                      {label}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div className={classes.page}>
          <Outlet />
        </div>
      </div>
    </Page>
  )
}
