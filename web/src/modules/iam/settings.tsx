import type { Role } from '#modules/iam/contract.ts'
import { useOrganization, useSession } from '../../shell/session.ts'
import { useThemeChoice } from '../../shell/theme-choice.ts'
import { useTitle } from '../../shell/use-title.ts'
import { Choice } from '../../ui/choice.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Page, PageBody, Section } from '../../ui/page.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { FeatureSwitches } from './feature-switches.tsx'

const roleNames: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  manager: 'Manager',
  member: 'Member',
  viewer: 'Viewer',
  guest: 'Guest',
}

/** The account, the organization, its features and the appearance. */
export function SettingsPage() {
  useTitle('Settings')
  const { user, role } = useSession()
  const organization = useOrganization()
  const { choices, chosen, choose } = useThemeChoice()
  return (
    <Page>
      <PageHeader title="Settings" />
      <PageBody>
        <Section title="Account" about="Who you are to the people you work with.">
          <Facts
            items={[
              { label: 'Name', value: user.name },
              { label: 'E-mail', value: user.email },
            ]}
          />
        </Section>
        <Section title="Organization" about="What all its members share.">
          <Facts
            items={[
              { label: 'Name', value: organization.name },
              { label: 'Address', value: organization.slug },
              { label: 'Time zone', value: organization.timeZone },
              { label: 'Your role', value: role ? roleNames[role] : 'None' },
            ]}
          />
        </Section>
        <Section title="Features" about="For everybody in the organization.">
          <FeatureSwitches />
        </Section>
        <Section title="Appearance" about="For this browser only.">
          <Choice label="Theme" options={choices} value={chosen} onChange={choose} />
        </Section>
      </PageBody>
    </Page>
  )
}
