import {
  Building2,
  Contact,
  Handshake,
  ListTodo,
  type LucideIcon,
  Mails,
  Rocket,
  Settings,
  UserCheck,
  UsersRound,
  Workflow,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { may, type Session } from '#modules/iam/contract.ts'
import { PendingCount } from '../modules/flow/approvals/pending-count.tsx'

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
  /** Hidden while this says so. */
  readonly isShown?: ((session: Session) => boolean) | undefined
  /** Where other pages that belong to it begin. */
  readonly within?: readonly string[] | undefined
  /** How much waits there for the person; draws nothing when nothing does. */
  readonly count?: ComponentType | undefined
}

/**
 * The rail, group by group. A module adds its entry here when its page exists:
 * Home, Inbox · Contacts, Companies, Deals, Leads · Workflows, Campaigns, Forms · Insights, Reports ·
 * Integrations, Marketplace · Settings.
 */
export const navigation: readonly (readonly NavigationEntry[])[] = [
  [
    {
      id: 'start',
      label: 'Get started',
      icon: Rocket,
      to: '/start',
      key: 'h',
      permission: 'organization:manage',
      isShown: ({ organization }) => organization !== null && organization.onboarding !== 'done',
    },
  ],
  [
    {
      id: 'contacts',
      label: 'Contacts',
      icon: Contact,
      to: '/contacts',
      key: 'c',
      within: ['/people/', '/changes', '/imports', '/duplicates', '/deleted'],
      permission: 'people:read',
      inBar: true,
    },
    {
      id: 'companies',
      label: 'Companies',
      icon: Building2,
      to: '/companies',
      key: 'o',
      permission: 'companies:read',
    },
    {
      id: 'deals',
      label: 'Deals',
      icon: Handshake,
      to: '/deals',
      key: 'd',
      permission: 'deals:read',
      inBar: true,
    },
    {
      id: 'tasks',
      label: 'Tasks',
      icon: ListTodo,
      to: '/tasks',
      key: 't',
      permission: 'activities:read',
    },
    {
      id: 'leads',
      label: 'Leads',
      icon: UsersRound,
      to: '/leads',
      key: 'l',
      inBar: true,
      permission: 'leads:read',
    },
  ],
  [
    {
      id: 'workflows',
      label: 'Workflows',
      icon: Workflow,
      to: '/workflows',
      key: 'w',
      within: ['/runs/', '/failed-runs', '/workflow-templates', '/import-workflow'],
      inBar: true,
      permission: 'workflows:read',
    },
    {
      id: 'approvals',
      label: 'Approvals',
      icon: UserCheck,
      to: '/approvals',
      key: 'a',
      permission: 'workflows:read',
      count: PendingCount,
    },
    {
      id: 'mailbox',
      label: 'Mailbox',
      icon: Mails,
      to: '/mailbox',
      key: 'm',
      inBar: true,
      permission: 'mail:read',
    },
  ],
  [{ id: 'settings', label: 'Settings', icon: Settings, to: '/settings', key: 's', inBar: true }],
]

/** The entries a person sees; empty groups fall away. */
export function visibleNavigation(session: Session): readonly (readonly NavigationEntry[])[] {
  return navigation
    .map(group => group.filter(entry => isVisible(entry, session)))
    .filter(group => group.length > 0)
}

function isVisible({ permission, isShown }: NavigationEntry, session: Session): boolean {
  return (!permission || may(session, permission)) && (isShown?.(session) ?? true)
}
