import { useNavigate } from '@tanstack/react-router'
import { CircleHelp, LogOut, SunMoon } from 'lucide-react'
import { useShortcuts } from '../ui/shortcuts.ts'
import type { NavigationEntry } from './navigation.ts'
import { palettePages } from './palette-pages.ts'
import { openPalette, togglePalette, usePaletteActions } from './palette-store.ts'
import { useSession } from './session.ts'
import { leave } from './sign-out.ts'
import { useThemeChoice } from './theme-choice.ts'
import { useCreateActions } from './use-create-actions.ts'

interface FrameActionsOptions {
  readonly entries: readonly NavigationEntry[]
  readonly toggleRail: () => void
  readonly openHelp: () => void
}

/** What works on every page: keys, and commands in the palette. */
export function useFrameActions({ entries, toggleRail, openHelp }: FrameActionsOptions): void {
  const navigate = useNavigate()
  const { choices, choose } = useThemeChoice()
  const pages = palettePages(useSession())
  useShortcuts([
    ...entries.map(entry => ({
      keys: `g ${entry.key}`,
      label: entry.label,
      group: 'Go to',
      run: () => navigate({ to: entry.to }),
    })),
    { keys: 'mod+k', label: 'Command palette', group: 'Everywhere', run: togglePalette, always: true },
    { keys: '/', label: 'Search', group: 'Everywhere', run: openPalette },
    { keys: '[', label: 'Narrow or widen the rail', group: 'Everywhere', run: toggleRail },
    { keys: '?', label: 'Keys on this page', group: 'Everywhere', run: openHelp },
  ])
  const goes = pages.map(page => ({ ...page, id: `go.${page.to}`, run: () => navigate({ to: page.to }) }))
  const creations = useCreateActions()
  const actions = [
    ...creations,
    ...entries.map(entry => ({
      id: `go.${entry.id}`,
      label: entry.label,
      group: 'Go to',
      keys: `g ${entry.key}`,
      icon: entry.icon,
      run: () => navigate({ to: entry.to }),
    })),
    ...goes.filter(({ group }) => group === 'Go to'),
    ...choices.map(choice => ({
      id: `theme.${choice.value}`,
      label: `${choice.label} theme`,
      group: 'Appearance',
      keywords: 'color colour dark light mode',
      icon: SunMoon,
      run: () => choose(choice.value),
    })),
    { id: 'keys', label: 'Keys on this page', group: 'Help', keys: '?', icon: CircleHelp, run: openHelp },
    {
      id: 'sign-out',
      label: 'Sign out',
      group: 'Account',
      keywords: 'log out leave',
      icon: LogOut,
      run: leave,
    },
    ...goes.filter(({ group }) => group !== 'Go to'),
  ]
  usePaletteActions(actions, true)
}
