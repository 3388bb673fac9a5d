import { useMediaQuery } from '@mantine/hooks'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { OverlayRoot } from '../ui/overlay-root.tsx'
import classes from './app-shell.module.css'
import { BottomBar } from './bottom-bar.tsx'
import { startLive } from './live.ts'
import { visibleNavigation } from './navigation.ts'
import { NoOrganization } from './no-organization.tsx'
import { Rail } from './rail.tsx'
import { useNarrowRail } from './rail-state.ts'
import { useSession } from './session.ts'
import { useFrameActions } from './use-frame-actions.ts'
import { VerifyNotice } from './verify-notice.tsx'
import { ViewAsBanner } from './view-as-banner.tsx'

const Palette = lazy(() => import('./palette.tsx').then(module => ({ default: module.Palette })))
const SecondFactorNeeded = lazy(() =>
  import('./second-factor-needed.tsx').then(module => ({ default: module.SecondFactorNeeded })),
)
const ShortcutHelp = lazy(() =>
  import('./shortcut-help.tsx').then(module => ({ default: module.ShortcutHelp })),
)

/** The frame around every signed-in page: rail or bottom bar, command palette, keys, live updates. */
export function AppShell() {
  const session = useSession()
  if (!session.organization) return <NoOrganization />
  return session.secondFactorNeeded ? (
    <Suspense>
      <SecondFactorNeeded />
    </Suspense>
  ) : (
    <Frame />
  )
}

function Frame() {
  const groups = visibleNavigation(useSession())
  const [narrowRail, toggleRail] = useNarrowRail()
  const [helpOpen, setHelpOpen] = useState(false)
  const openHelp = () => setHelpOpen(true)
  const phone = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  useEffect(startLive, [])
  useFrameActions({ entries: groups.flat(), toggleRail, openHelp })

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      {phone ? null : <Rail groups={groups} narrow={narrowRail} onToggle={toggleRail} onHelp={openHelp} />}
      <main id="content" className={classes.main} tabIndex={-1}>
        <VerifyNotice />
        <ViewAsBanner />
        <Outlet />
        <OverlayRoot />
      </main>
      {phone ? <BottomBar groups={groups} /> : null}
      <Suspense>
        <Palette />
        {helpOpen ? <ShortcutHelp opened onClose={() => setHelpOpen(false)} /> : null}
      </Suspense>
    </div>
  )
}
