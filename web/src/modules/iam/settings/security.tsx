import { problemWords } from '../../../shell/problem.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { AppSection } from '../security/app-section.tsx'
import { PasskeysSection } from '../security/passkeys-section.tsx'
import { PasswordSection } from '../security/password-section.tsx'
import { RecoveryCodes } from '../security/recovery-codes.tsx'
import { SignInsSection } from '../security/sign-ins-section.tsx'
import { useRenewSecurity, useSecurity } from '../security/use-security.ts'
import { LinkedIdentities } from '../sso/linked-identities.tsx'

/** How the person signs in, and where they are signed in. */
export function SecuritySettings() {
  useTitle('Security')
  const security = useSecurity()
  const renew = useRenewSecurity()
  if (security.isError) {
    return (
      <PageBody>
        <ErrorState {...problemWords(security.error)} onRetry={() => security.refetch()} />
      </PageBody>
    )
  }
  if (!security.data) return <RecordSkeleton />
  const { authenticatorApp, passkeys, recoveryCodesLeft } = security.data
  const hasSecondFactor = authenticatorApp !== null || passkeys.length > 0
  return (
    <PageBody>
      <Section title="Password" about="Changing it ends every other session and all API clients.">
        <PasswordSection security={security.data} onChanged={renew} />
      </Section>
      <Section title="Passkeys" about="Sign in without a password, or as the second step after it.">
        <PasskeysSection passkeys={passkeys} onChanged={renew} />
      </Section>
      <Section title="Authenticator app" about="A second step after the password.">
        <AppSection app={authenticatorApp} onChanged={renew} />
      </Section>
      {hasSecondFactor ? (
        <Section title="Recovery codes" about="For the day you have no second factor at hand.">
          <RecoveryCodes left={recoveryCodesLeft} onRenewed={renew} />
        </Section>
      ) : null}
      <LinkedIdentities />
      <Section title="Where you are signed in" about="Browsers and API clients of your account.">
        <SignInsSection />
      </Section>
    </PageBody>
  )
}
