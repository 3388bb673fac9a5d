import { Building2, CircleUser, type LucideIcon } from 'lucide-react'
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
    sections: [{ label: 'Profile', icon: CircleUser, to: '/settings/profile' }],
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
