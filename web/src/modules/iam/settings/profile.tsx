import { useSession } from '../../../shell/session.ts'
import { useThemeChoice } from '../../../shell/theme-choice.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { EmailSection } from '../security/email-section.tsx'

/** Who the person is, and how Millrace looks to them. */
export function ProfileSettings() {
  useTitle('Profile')
  const { user } = useSession()
  const { choices, chosen, choose } = useThemeChoice()
  return (
    <PageBody>
      <Section title="Account" about="Who you are to the people you work with.">
        <Facts items={[{ label: 'Name', value: user.name }]} />
      </Section>
      <Section title="E-mail address" about="You sign in with it, and letters go there.">
        <EmailSection />
      </Section>
      <Section title="Appearance" about="For this browser only.">
        <Choice label="Theme" options={choices} value={chosen} onChange={choose} />
      </Section>
    </PageBody>
  )
}
