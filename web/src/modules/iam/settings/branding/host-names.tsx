import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { addHost, deleteHost, listHosts, type OrganizationHost, verifyHost } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../../shell/problem.ts'
import { sayFailed } from '../../../../shell/say-failed.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { CopyText } from '../../../../ui/copy-text.tsx'
import { ErrorState } from '../../../../ui/error-state.tsx'
import { Facts } from '../../../../ui/facts.tsx'
import { InlineConfirm } from '../../../../ui/inline-confirm.tsx'
import { Bar } from '../../../../ui/skeleton.tsx'
import { Status } from '../../../../ui/status.tsx'
import { toastDone } from '../../../../ui/toast-store.ts'
import { FormAlert } from '../../form-alert.tsx'
import classes from './branding.module.css'

const query = routeQuery(listHosts, {})

/** Names of its own that lead to the organization, and what is missing until they do. */
export function HostNames() {
  const hosts = useQuery(query)
  if (hosts.isError && !hosts.data) {
    return <ErrorState {...problemWords(hosts.error)} onRetry={() => hosts.refetch()} />
  }
  return (
    <div className={classes.stack}>
      {hosts.data ? (
        hosts.data.items.map(host => <HostName key={host.id} host={host} />)
      ) : (
        <div className="appear-late">
          <Bar width="60%" />
        </div>
      )}
      <NewHost />
    </div>
  )
}

function useRenew() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: query.queryKey })
}

function HostName({ host }: { host: OrganizationHost }) {
  const renew = useRenew()
  const params = { hostId: host.id }
  const verify = useAct(verifyHost, {
    onSuccess: async () => {
      await renew()
      toastDone(`${host.host} leads to your organization now.`)
    },
  })
  const remove = useAct(deleteHost, {
    onSuccess: async () => {
      await renew()
      toastDone(`${host.host} is given up.`)
    },
    onError: (error, input) => sayFailed(error, () => remove.mutate(input)),
  })
  const words = verify.error ? problemWords(verify.error) : undefined
  const isVerified = host.verifiedAt !== null
  return (
    <div className={classes.host}>
      <div className={classes.hostHead}>
        <span className={classes.strong}>{host.host}</span>
        <Status kind={isVerified ? 'active' : 'waiting'}>{isVerified ? 'In use' : 'Not proved yet'}</Status>
      </div>
      {isVerified ? null : (
        <>
          <p className={classes.quiet}>
            Add this TXT record where your domain is managed, and let the name point to this installation.
          </p>
          <Facts
            items={[
              { label: 'Name', value: <CopyText label="Name" text={host.record.name} /> },
              { label: 'Value', value: <CopyText label="Value" text={host.record.value} /> },
            ]}
          />
        </>
      )}
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      <div className={classes.line}>
        {isVerified ? null : (
          <Button loading={verify.isPending} onClick={() => verify.mutate({ params })}>
            Check the record
          </Button>
        )}
        <InlineConfirm
          label="Give up"
          consequence={isVerified ? 'Links with this name stop working.' : 'The claim is forgotten.'}
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    </div>
  )
}

function NewHost() {
  const renew = useRenew()
  const [host, setHost] = useState('')
  const act = useAct(addHost, {
    onSuccess: async () => {
      setHost('')
      await renew()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (host.trim() !== '') act.mutate({ body: { host } })
  }
  const error = act.error ? (fieldErrors(act.error).host ?? problemWords(act.error).what) : undefined
  return (
    <form className={classes.line} noValidate onSubmit={submit}>
      <TextInput
        aria-label="Host name"
        className={classes.grow}
        placeholder="forms.example.com"
        autoCapitalize="none"
        spellCheck={false}
        value={host}
        error={error}
        onChange={event => {
          act.reset()
          setHost(event.currentTarget.value)
        }}
      />
      <Button type="submit" loading={act.isPending}>
        Add
      </Button>
    </form>
  )
}
