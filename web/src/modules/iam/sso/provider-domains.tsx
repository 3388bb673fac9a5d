import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type IdentityProvider, listIdentityProviders, proveDomains } from '#modules/iam/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './sso.module.css'

interface ProviderDomainsProps {
  provider: IdentityProvider
  onEdit: () => void
}

/** The domains of a provider, and for those that are not proved yet the record that proves them. */
export function ProviderDomains({ provider, onEdit }: ProviderDomainsProps) {
  const queryClient = useQueryClient()
  const { id, domains } = provider
  const open = domains.filter(each => each.provedAt === null)
  const act = useAct(proveDomains, {
    onSuccess: async after => {
      await queryClient.invalidateQueries({ queryKey: routeKey(listIdentityProviders) })
      const found = open.length - after.domains.filter(each => each.provedAt === null).length
      if (found === 0) toastDone('No record was found yet. It can take a while until others see it.')
    },
  })
  return (
    <div className={classes.part}>
      <h3 className={classes.label}>Domains</h3>
      {domains.length === 0 ? (
        <p className={classes.quiet}>
          None yet, so nobody can sign in by it.{' '}
          <button type="button" className={classes.link} onClick={onEdit}>
            Add a domain
          </button>
        </p>
      ) : (
        <ul className={classes.domains}>
          {domains.map(({ domain, proof, provedAt }) => (
            <li key={domain} className={classes.domain}>
              <Status kind={provedAt ? 'done' : 'pending'}>
                {provedAt ? domain : `${domain}, not proved`}
              </Status>
              {provedAt ? null : (
                <div className={classes.record}>
                  <p className={classes.quiet}>Publish this TXT record in its DNS:</p>
                  <CopyText label={`Name of the record for ${domain}`} text={proof.name} />
                  <CopyText label={`Value of the record for ${domain}`} text={proof.value} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {act.isError ? <ErrorState {...problemWords(act.error)} /> : null}
      {open.length > 0 ? (
        <div>
          <Button loading={act.isPending} onClick={() => act.mutate({ params: { identityProviderId: id } })}>
            Check the records
          </Button>
        </div>
      ) : null}
    </div>
  )
}
