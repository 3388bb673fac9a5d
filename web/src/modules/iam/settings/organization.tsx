import { useOrganization, useSession } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Facts } from '../../../ui/facts.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { DeleteOrganization } from './delete-organization.tsx'
import { FeatureSwitches } from './features.tsx'
import { OrganizationForm } from './organization-form.tsx'
import { TransferOwnership } from './ownership.tsx'
import { roleNames } from './role-names.ts'
import { SampleData } from './sample-data.tsx'

const standings = {
  trial: 'Trial',
  active: 'Active',
  past_due: 'Payment is due',
  suspended: 'Suspended: everything can be read and nothing changed',
  cancelled: 'Cancelled: everything can be read and nothing changed',
  deleting: 'Being deleted',
} as const

/** What all members of the organization share, and for its owner the way out of it. */
export function OrganizationSettings() {
  useTitle('Organization')
  const { role } = useSession()
  const { status, trialEndsAt, createdAt, id } = useOrganization()
  return (
    <PageBody>
      <Section title="General" about="What all its members share.">
        <OrganizationForm key={id} />
      </Section>
      <Section title="Standing">
        <Facts
          items={[
            { label: 'Status', value: standings[status] },
            ...(status === 'trial' && trialEndsAt
              ? [{ label: 'Trial ends', value: <RelativeTime at={trialEndsAt} /> }]
              : []),
            { label: 'Created', value: <RelativeTime at={createdAt} /> },
            { label: 'Your role', value: role ? roleNames[role] : 'None' },
          ]}
        />
      </Section>
      <Section title="Features" about="For everybody in the organization.">
        <FeatureSwitches />
      </Section>
      {role === 'owner' || role === 'admin' ? <SampleData /> : null}
      {role === 'owner' ? (
        <>
          <Section title="Ownership" about="An organization has exactly one owner.">
            <TransferOwnership />
          </Section>
          <Section title="Delete" about="Removes the organization and everything in it, for good.">
            <DeleteOrganization />
          </Section>
        </>
      ) : null}
    </PageBody>
  )
}
