import { Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getSignInRules, setSignInRules } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import classes from '../security/security.module.css'

const query = routeQuery(getSignInRules, {})

/** What the organization asks of its members when they sign in. */
export function SignInRulesSettings() {
  useTitle('Sign-in')
  const queryClient = useQueryClient()
  const mayManage = useMay('organization:manage')
  const rules = useQuery(query)
  const act = useAct(setSignInRules, {
    onSuccess: after => queryClient.setQueryData(query.queryKey, after),
    onError: error => sayFailed(error),
  })
  const shown = act.isPending ? act.variables.body : rules.data
  return (
    <PageBody>
      <Section title="Second factor" about="For everybody in the organization.">
        {rules.isError ? (
          <ErrorState {...problemWords(rules.error)} onRetry={() => rules.refetch()} />
        ) : (
          <div className={classes.stack}>
            <Switch
              label="Ask every member for a second factor"
              aria-describedby="rule-second-factor"
              checked={shown?.secondFactorRequired === true}
              disabled={!mayManage || rules.isPending || act.isPending}
              onChange={event => act.mutate({ body: { secondFactorRequired: event.currentTarget.checked } })}
            />
            <p id="rule-second-factor" className={classes.words}>
              Members without an authenticator app or a passkey are led to setting one up and can do nothing
              else here until they have.
              {mayManage ? '' : ' Only an owner or an admin can change this.'}
            </p>
          </div>
        )}
      </Section>
    </PageBody>
  )
}
