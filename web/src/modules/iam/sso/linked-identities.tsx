import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type LinkedIdentity, listIdentities, unlinkIdentity } from '#modules/iam/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import classes from './sso.module.css'

/** The providers by which the person can sign in; nothing at all for a person without any. */
export function LinkedIdentities() {
  const identities = useQuery(routeQuery(listIdentities, {}))
  if (identities.isError) {
    return <ErrorState {...problemWords(identities.error)} onRetry={() => identities.refetch()} />
  }
  if (!identities.data || identities.data.items.length === 0) return null
  return (
    <Section title="Single sign-on" about="Providers by which you can sign in instead of with your password.">
      <ul className={classes.identities}>
        {identities.data.items.map(identity => (
          <Identity key={identity.id} identity={identity} />
        ))}
      </ul>
    </Section>
  )
}

function Identity({ identity }: { identity: LinkedIdentity }) {
  const { id: identityId, providerName, organizationName, email, lastUsedAt } = identity
  const queryClient = useQueryClient()
  const act = useAct(unlinkIdentity, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listIdentities) }),
    onError: (error, input) => sayFailed(error, () => act.mutate(input)),
  })
  return (
    <li className={classes.identity}>
      <div className={classes.who}>
        <p className={classes.strong}>
          {organizationName ? `${providerName}, ${organizationName}` : providerName}
        </p>
        <p className={classes.quiet}>
          {email}, last used <RelativeTime at={lastUsedAt} />
        </p>
      </div>
      <InlineConfirm
        label="Disconnect"
        consequence={`Signs you out where you came by ${providerName}.`}
        onConfirm={() => act.mutate({ params: { identityId } })}
      />
    </li>
  )
}
