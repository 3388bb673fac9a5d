import { type LucideIcon, Settings } from 'lucide-react'
import { may, type Session } from '#modules/iam/contract.ts'

export interface NavigationEntry {
  readonly id: string
  readonly label: string
  readonly icon: LucideIcon
  readonly to: string
  /** `g` and then this letter go there. */
  readonly key: string
  /** Also in the bar at the bottom of a narrow screen, which holds four. */
  readonly inBar?: boolean | undefined
  /** Hidden from people without it. */
  readonly permission?: string | undefined
}

/**
 * The rail, group by group. A module adds its entry here when its page exists:
 * Home, Inbox · Contacts, Companies, Deals, Leads · Workflows, Campaigns, Forms · Insights, Reports ·
 * Integrations, Marketplace · Settings.
 */
export const navigation: readonly (readonly NavigationEntry[])[] = [
  [{ id: 'settings', label: 'Settings', icon: Settings, to: '/settings', key: 's', inBar: true }],
]

/** The entries a person sees; empty groups fall away. */
export function visibleNavigation(session: Session): readonly (readonly NavigationEntry[])[] {
  return navigation
    .map(group => group.filter(entry => !entry.permission || may(session, entry.permission)))
    .filter(group => group.length > 0)
}
