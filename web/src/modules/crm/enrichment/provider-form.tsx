import { Button, NumberInput, PasswordInput, Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ArrowUp } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import {
  type EnrichmentProvider,
  listEnrichmentProviders,
  setEnrichmentProvider,
} from '#modules/crm/contract.ts'
import { minorDigits, minorUnits } from '#platform/contract/money.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { moneyWords } from '../fields/money.ts'
import classes from './enrichment.module.css'

interface ProviderFormProps {
  provider: EnrichmentProvider
  /** The one that is asked before it, if any. */
  above: EnrichmentProvider | undefined
  mayManage: boolean
}

/** One service: on or off, its key, its price and what a month may cost. */
export function ProviderForm({ provider, above, mayManage }: ProviderFormProps) {
  const { isEnabled, hasCredential, needsCredential, spent, asked, found, currency, lastError } = provider
  const set = useSetProvider()
  const params = { provider: provider.provider }
  const moveUp = async () => {
    if (!above) return
    await set.mutateAsync({ params: { provider: above.provider }, body: { position: provider.position } })
    await set.mutateAsync({ params, body: { position: above.position } })
  }
  return (
    <div className={classes.provider}>
      <div className={classes.line}>
        <Switch
          label={isEnabled ? 'Asked' : 'Off'}
          aria-label={`Ask ${provider.name}`}
          checked={isEnabled}
          disabled={!mayManage || set.isPending || (needsCredential && !hasCredential)}
          onChange={event => set.mutate({ params, body: { isEnabled: event.currentTarget.checked } })}
        />
        {above && isEnabled && mayManage ? (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<ArrowUp size={14} aria-hidden="true" />}
            onClick={() => void moveUp()}
          >
            Ask before {above.name}
          </Button>
        ) : null}
      </div>
      <p className={classes.words}>
        This month: {asked === 1 ? '1 question' : `${asked} questions`},{' '}
        {found === 1 ? '1 hit' : `${found} hits`}
        {spent > 0 ? `, ${moneyWords({ amount: spent, currency })}` : ''}.
      </p>
      {lastError ? <Status kind="failed">{lastError}</Status> : null}
      {mayManage && needsCredential ? <Terms provider={provider} /> : null}
    </div>
  )
}

function useSetProvider() {
  const queryClient = useQueryClient()
  return useAct(setEnrichmentProvider, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listEnrichmentProviders) }),
    onError: error => sayFailed(error),
  })
}

/** Units as people write them: 1.25 for 125 minor units of a currency with two digits. */
function unitsOf(minor: number | null, currency: string): number | '' {
  return minor === null ? '' : minor / 10 ** minorDigits(currency)
}

function Terms({ provider }: { provider: EnrichmentProvider }) {
  const { currency, hasCredential } = provider
  const set = useSetProvider()
  const [key, setKey] = useState('')
  const [cost, setCost] = useState<number | ''>(unitsOf(provider.cost, currency))
  const [limit, setLimit] = useState<number | ''>(unitsOf(provider.monthlyLimit, currency))
  const minor = (units: number) => minorUnits(units, currency)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate(
      {
        params: { provider: provider.provider },
        body: {
          ...(key ? { credential: key, isEnabled: true } : {}),
          cost: cost === '' ? 0 : minor(cost),
          monthlyLimit: limit === '' ? null : minor(limit),
        },
      },
      {
        onSuccess: () => {
          setKey('')
          toastDone(`${provider.name} is set up.`)
        },
      },
    )
  }
  const words = set.error ? problemWords(set.error) : undefined
  const number = (value: number | string) => (typeof value === 'number' ? value : '')
  return (
    <form className={classes.terms} noValidate onSubmit={submit}>
      <PasswordInput
        label="Key"
        description={
          hasCredential ? 'One is kept. Enter another to replace it.' : 'You have it from the service.'
        }
        autoComplete="off"
        value={key}
        onChange={event => setKey(event.currentTarget.value)}
      />
      <div className={classes.figures}>
        <NumberInput
          label={`A hit costs (${currency})`}
          min={0}
          decimalScale={minorDigits(currency)}
          value={cost}
          onChange={value => setCost(number(value))}
        />
        <NumberInput
          label={`At most a month (${currency})`}
          placeholder="No limit"
          min={0}
          decimalScale={minorDigits(currency)}
          value={limit}
          onChange={value => setLimit(number(value))}
        />
      </div>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div>
        <Button type="submit" loading={set.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}
