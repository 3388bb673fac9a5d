import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { confirmPendingIdentity, getPendingIdentity } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { leave } from '../../../shell/sign-out.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Facts } from '../../../ui/facts.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Entrance } from '../entrance.tsx'
import { FormAlert } from '../form-alert.tsx'
import classes from './sso.module.css'

/** Where a person says that it is them whom a provider means. Until then the provider opens nothing. */
export function ConnectSignInPage() {
  useTitle('Connect your sign-in')
  const { user } = useSession()
  const pending = useQuery({ ...routeQuery(getPendingIdentity, {}), retry: false })
  const act = useAct(confirmPendingIdentity, {
    onSuccess: ({ continueAt }) => window.location.assign(continueAt),
  })
  if (pending.isPending) return <RecordSkeleton />
  if (pending.isError) {
    return (
      <Entrance title="Connect your sign-in" footer={<Link to="/">Go to the start page</Link>}>
        {isMissing(pending.error) ? (
          <>
            <p className={classes.words}>
              There is nothing to connect with {user.email}. The request may be too old, or it was made for
              another account.
            </p>
            <Button fullWidth onClick={leave}>
              Sign out and start again
            </Button>
          </>
        ) : (
          <FormAlert>{problemWords(pending.error).what}</FormAlert>
        )}
      </Entrance>
    )
  }
  const { providerName, organizationName, issuer, email } = pending.data
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <Entrance title="Connect your sign-in" footer={<Link to="/">Not now</Link>}>
      <p className={classes.words}>
        {organizationName
          ? `Whoever signs in as this person at ${providerName} will be you in ${organizationName}, and only there.`
          : `Whoever signs in as this person at ${providerName} will be you here.`}
      </p>
      <Facts
        items={[
          { label: 'Provider', value: new URL(issuer).host },
          { label: 'Person', value: email },
          { label: 'Your account', value: user.email },
        ]}
      />
      <div className={classes.connect}>
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button
          variant="filled"
          fullWidth
          loading={act.isPending || act.isSuccess}
          onClick={() => act.mutate({})}
        >
          Connect
        </Button>
      </div>
    </Entrance>
  )
}
