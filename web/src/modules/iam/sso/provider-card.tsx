import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import {
  deleteIdentityProvider,
  type IdentityProvider,
  listIdentityProviders,
} from '#modules/iam/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { Status } from '../../../ui/status.tsx'
import { ConnectionCheck } from './connection-check.tsx'
import { ProviderDomains } from './provider-domains.tsx'
import { ProviderForm } from './provider-form.tsx'
import { ProviderRules } from './provider-rules.tsx'

import classes from './sso.module.css'

interface ProviderCardProps {
  provider: IdentityProvider
  next: { id: string; redirectUrl: string }
}

/** One provider: how it is set up, whom it speaks for, what it may open. */
export function ProviderCard({ provider, next }: ProviderCardProps) {
  const [isEdited, setEdited] = useState(false)
  return (
    <Section title={provider.name} about={<Standing provider={provider} />}>
      {isEdited ? (
        <ProviderForm provider={provider} next={next} onDone={() => setEdited(false)} />
      ) : (
        <ProviderView provider={provider} onEdit={() => setEdited(true)} />
      )}
    </Section>
  )
}

function Standing({ provider: { enabled, required, domains, people } }: { provider: IdentityProvider }) {
  const counted = people === 1 ? '1 person has signed in by it.' : `${people} people have signed in by it.`
  const isProved = domains.some(each => each.provedAt !== null)
  return (
    <>
      {!enabled ? (
        <Status kind="paused">Off</Status>
      ) : !isProved ? (
        <Status kind="pending">Waits for a domain</Status>
      ) : required ? (
        <Status kind="active">Required</Status>
      ) : (
        <Status kind="active">On</Status>
      )}
      <span className={classes.people}>{people === 0 ? 'Nobody has signed in by it yet.' : counted}</span>
    </>
  )
}

function ProviderView({ provider, onEdit }: { provider: IdentityProvider; onEdit: () => void }) {
  const queryClient = useQueryClient()
  const params = { identityProviderId: provider.id }
  const remove = useAct(deleteIdentityProvider, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listIdentityProviders) }),
    onError: (error, input) => sayFailed(error, () => remove.mutate(input)),
  })
  return (
    <div className={classes.card}>
      <Facts
        items={[
          { label: 'Issuer', value: provider.issuer },
          { label: 'Client id', value: provider.clientId },
          { label: 'Redirect URL', value: <CopyText label="Redirect URL" text={provider.redirectUrl} /> },
        ]}
      />
      <ConnectionCheck providerId={provider.id} />
      <ProviderDomains provider={provider} onEdit={onEdit} />
      <ProviderRules provider={provider} />
      <div className={classes.actions}>
        <Button leftSection={<Pencil size={14} aria-hidden="true" />} onClick={onEdit}>
          Edit
        </Button>
        <InlineConfirm
          label="Remove provider"
          icon={<Trash2 size={14} aria-hidden="true" />}
          consequence="Signs out everybody who came by it. They stay members."
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    </div>
  )
}
