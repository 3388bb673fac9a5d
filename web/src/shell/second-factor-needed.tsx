import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { AppSection } from '../modules/iam/security/app-section.tsx'
import { PasskeysSection } from '../modules/iam/security/passkeys-section.tsx'
import { useRenewSecurity, useSecurity } from '../modules/iam/security/use-security.ts'
import { OverlayRoot } from '../ui/overlay-root.tsx'
import classes from './second-factor-needed.module.css'
import { sessionQuery, useOrganization, useSession } from './session.ts'
import { leave } from './sign-out.ts'
import { switchTo } from './switch-organization.ts'
import { useTitle } from './use-title.ts'

/** In place of an organization that asks for a second factor, for a person who has none: the way to one. */
export function SecondFactorNeeded() {
  useTitle('Set up a second factor')
  const organization = useOrganization()
  const { organizations } = useSession()
  const queryClient = useQueryClient()
  const security = useSecurity()
  const renew = useRenewSecurity()
  // The codes were seen by then; what comes next is the organization.
  const goOn = async () => {
    await renew()
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
  }
  return (
    <main className={classes.page}>
      <h1 className={classes.title}>Set up a second factor</h1>
      <p className={classes.words}>
        {organization.name} asks it of everybody: a password alone can be stolen. One of the two is enough.
      </p>
      <section className={classes.way} aria-label="Passkey">
        <h2>Passkey</h2>
        <PasskeysSection passkeys={security.data?.passkeys ?? []} onChanged={goOn} />
      </section>
      <section className={classes.way} aria-label="Authenticator app">
        <h2>Authenticator app</h2>
        <AppSection app={security.data?.authenticatorApp ?? null} onChanged={goOn} />
      </section>
      <div className={classes.out}>
        {organizations
          .filter(each => each.id !== organization.id)
          .map(each => (
            <Button key={each.id} variant="subtle" onClick={() => switchTo(each)}>
              Go to {each.name}
            </Button>
          ))}
        <Button variant="subtle" onClick={leave}>
          Sign out
        </Button>
      </div>
      <OverlayRoot />
    </main>
  )
}
