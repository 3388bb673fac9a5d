import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { listIdentityProviders } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { ProviderCard } from '../sso/provider-card.tsx'
import { ProviderForm } from '../sso/provider-form.tsx'
import classes from '../sso/sso.module.css'

/** The OpenID providers by which members of the organization may, or have to, sign in. */
export function SingleSignOnSettings() {
  useTitle('Single sign-on')
  const [isAdding, setAdding] = useState(false)
  const providers = useQuery(routeQuery(listIdentityProviders, {}))
  if (providers.isError) return <PageError error={providers.error} reset={providers.refetch} />
  if (!providers.data) return <RecordSkeleton />
  const { items, next } = providers.data
  const add = (
    <Button
      variant={items.length === 0 ? 'filled' : 'default'}
      leftSection={<Plus size={16} aria-hidden="true" />}
      onClick={() => setAdding(true)}
    >
      Add provider
    </Button>
  )
  if (items.length === 0 && !isAdding) {
    return (
      <PageBody>
        <EmptyState icon={<KeyRound size={20} />} action={add}>
          Let members sign in with the account they have at work: Google, Microsoft Entra, Okta, Keycloak or
          any other OpenID provider.
        </EmptyState>
      </PageBody>
    )
  }
  return (
    <PageBody>
      {items.map(provider => (
        <ProviderCard key={provider.id} provider={provider} next={next} />
      ))}
      {isAdding ? (
        <Section title="New provider" about="Any OpenID provider with an issuer, a client id and a secret.">
          <ProviderForm next={next} onDone={() => setAdding(false)} />
        </Section>
      ) : (
        <div className={classes.add}>{add}</div>
      )}
    </PageBody>
  )
}
