import { useOrganization, useSession } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Facts } from '../../../ui/facts.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { FeatureSwitches } from './features.tsx'
import { roleNames } from './role-names.ts'

/** What all members of the organization share. */
export function OrganizationSettings() {
  useTitle('Organization')
  const { role } = useSession()
  const organization = useOrganization()
  return (
    <PageBody>
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
    </PageBody>
  )
}
