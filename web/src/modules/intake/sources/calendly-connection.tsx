import { Button, PasswordInput, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  type CalendlyConnection as Connection,
  checkCalendly,
  connectCalendly,
  disconnectCalendly,
  listSources,
  type Source,
} from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './sources.module.css'

const SCOPES: readonly { value: Connection['scope']; label: string }[] = [
  { value: 'user', label: 'Of whoever made the token' },
  { value: 'organization', label: 'Of everybody in their organization' },
]

function useRenew({ workflowId }: Source) {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params: { workflowId } }) })
}

/** Whether bookings come by themselves, and the way to make them come. */
export function CalendlyConnection({ source }: { source: Source }) {
  const may = useMay('forms:write')
  const { connection } = source
  return connection ? (
    <Connected source={source} connection={connection} />
  ) : may ? (
    <Section
      title="Connect with Calendly"
      about="With a personal access token, which Calendly makes under Integrations, API and webhooks. It is kept encrypted and never shown again. Calendly asks for a paid plan for this."
    >
      <ConnectForm source={source} />
    </Section>
  ) : null
}

function ConnectForm({ source, onDone }: { source: Source; onDone?: () => void }) {
  const [token, setToken] = useState('')
  const [scope, setScope] = useState<Connection['scope']>(source.connection?.scope ?? 'user')
  const renew = useRenew(source)
  const act = useAct(connectCalendly, {
    onSuccess: async () => {
      setToken('')
      await renew()
      toastDone('Bookings come by themselves from now on.')
      onDone?.()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() === '') return
    act.mutate({ params: { leadSourceId: source.id }, body: { token: token.trim(), scope } })
  }
  const errors = fieldErrors(act.error)
  const words = act.error && Object.keys(errors).length === 0 ? problemWords(act.error) : undefined
  return (
    <form className={classes.stack} noValidate onSubmit={submit} aria-label="Connect with Calendly">
      <div className={classes.fields}>
        <PasswordInput
          label="Personal access token"
          autoComplete="off"
          value={token}
          error={errors.token}
          onChange={event => setToken(event.currentTarget.value)}
        />
        <Select
          label="Bookings"
          data={[...SCOPES]}
          value={scope}
          allowDeselect={false}
          onChange={value => setScope(value === 'organization' ? 'organization' : 'user')}
        />
      </div>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={classes.acts}>
        <Button type="submit" variant="filled" disabled={token.trim() === ''} loading={act.isPending}>
          Connect
        </Button>
        {onDone ? (
          <Button variant="subtle" onClick={onDone}>
            Cancel
          </Button>
        ) : null}
      </div>
    </form>
  )
}

function Connected({ source, connection }: { source: Source; connection: Connection }) {
  const may = useMay('forms:write')
  const [again, setAgain] = useState(false)
  const renew = useRenew(source)
  const params = { leadSourceId: source.id }
  const check = useAct(checkCalendly, { onSuccess: renew, onError: error => sayFailed(error) })
  const disconnect = useAct(disconnectCalendly, {
    onSuccess: async () => {
      await renew()
      toastDone('Calendly is disconnected.')
    },
    onError: error => sayFailed(error),
  })
  const { account, scope, problem, checkedAt } = connection
  return (
    <Section
      title="Connection with Calendly"
      about="Looked after every six hours. A subscription that ended is made again."
    >
      <div className={classes.stack}>
        <Facts
          items={[
            {
              label: 'Bookings',
              value: problem ? (
                <Status kind="failed">Do not come</Status>
              ) : (
                <Status kind="active">Come by themselves</Status>
              ),
            },
            ...(problem ? [{ label: 'Because', value: problem }] : []),
            { label: 'Account', value: account || 'Without a name' },
            { label: 'Of', value: scope === 'organization' ? 'Everybody there' : 'This account alone' },
            { label: 'Last asked', value: <RelativeTime at={checkedAt} /> },
          ]}
        />
        {may && again ? <ConnectForm source={source} onDone={() => setAgain(false)} /> : null}
        {may && !again ? (
          <div className={classes.acts}>
            <Button loading={check.isPending} onClick={() => check.mutate({ params })}>
              Check now
            </Button>
            <Button onClick={() => setAgain(true)}>Connect again</Button>
            <InlineConfirm
              label="Disconnect"
              consequence="No more bookings come. Leads and meetings stay."
              onConfirm={() => disconnect.mutate({ params, query: {} })}
            />
          </div>
        ) : null}
      </div>
    </Section>
  )
}
