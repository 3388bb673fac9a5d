import {
  Ban,
  Bell,
  Building2,
  CircleUser,
  Eye,
  Kanban,
  KeyRound,
  KeySquare,
  LogIn,
  type LucideIcon,
  Mailbox,
  Palette,
  ScrollText,
  Shapes,
  ShieldCheck,
  Sparkles,
  Users,
  UsersRound,
} from 'lucide-react'
import { may, type Session } from '#modules/iam/contract.ts'

export interface SettingsSection {
  readonly label: string
  readonly icon: LucideIcon
  readonly to: string
  /** Hidden from people without it. */
  readonly permission?: string | undefined
}

export interface SettingsGroup {
  readonly name: string
  readonly sections: readonly SettingsSection[]
}

/** The pages of the settings: what concerns the person, then what concerns everybody in the organization. */
const groups: readonly SettingsGroup[] = [
  {
    name: 'Account',
    sections: [
      { label: 'Profile', icon: CircleUser, to: '/settings/profile' },
      { label: 'Security', icon: ShieldCheck, to: '/settings/security' },
      { label: 'Notifications', icon: Bell, to: '/settings/notifications' },
    ],
  },
  {
    name: 'Organization',
    sections: [
      {
        label: 'General',
        icon: Building2,
        to: '/settings/organization',
        permission: 'organization:read',
      },
      { label: 'Branding', icon: Palette, to: '/settings/branding', permission: 'organization:manage' },
      { label: 'Members', icon: Users, to: '/settings/members', permission: 'members:read' },
      { label: 'Teams', icon: UsersRound, to: '/settings/teams', permission: 'members:read' },
      { label: 'Access', icon: Eye, to: '/settings/access', permission: 'members:read' },
      { label: 'Sign-in', icon: LogIn, to: '/settings/sign-in', permission: 'organization:read' },
      {
        label: 'Single sign-on',
        icon: KeySquare,
        to: '/settings/single-sign-on',
        permission: 'organization:manage',
      },
      { label: 'Fields', icon: Shapes, to: '/settings/fields', permission: 'organization:manage' },
      { label: 'Pipelines', icon: Kanban, to: '/settings/pipelines', permission: 'deals:read' },
      {
        label: 'Enrichment',
        icon: Sparkles,
        to: '/settings/enrichment',
        permission: 'organization:manage',
      },
      { label: 'Intake e-mail', icon: Mailbox, to: '/settings/intake-mail', permission: 'intake-mail:read' },
      { label: 'Do not contact', icon: Ban, to: '/settings/do-not-contact', permission: 'people:read' },
      { label: 'Audit log', icon: ScrollText, to: '/settings/audit-log', permission: 'audit:manage' },
    ],
  },
  {
    name: 'Developers',
    sections: [
      { label: 'API keys', icon: KeyRound, to: '/settings/api-keys', permission: 'api-keys:manage' },
    ],
  },
]

/** The pages a person may open; empty groups fall away. */
export function visibleSections(session: Session): readonly SettingsGroup[] {
  return groups
    .map(group => ({
      ...group,
      sections: group.sections.filter(({ permission }) => !permission || may(session, permission)),
    }))
    .filter(group => group.sections.length > 0)
}
