import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useSession } from '../../../shell/session.ts'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { visibleSections } from './sections.ts'
import classes from './settings.module.css'

/** The frame of the settings: their pages at the left, above the page on a narrow screen. */
export function SettingsPage() {
  const groups = visibleSections(useSession())
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // On a narrow screen the pages are a row that is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is the reason to look again
  useEffect(() => {
    const open = nav.current?.querySelector('[aria-current="page"]')
    open?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])
  return (
    <Page>
      <PageHeader title="Settings" />
      <div className={classes.area}>
        <nav ref={nav} className={classes.nav} aria-label="Settings">
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
