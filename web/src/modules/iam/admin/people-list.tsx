import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  findManagedUsers,
  type ManagedUser,
  reactivateUser,
  resetSecondFactors,
  setPlatformAdmin,
  suspendUser,
} from '#modules/iam/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import classes from './admin.module.css'
import { ReasonForm } from './reason-form.tsx'

/** Those who look after the installation, and anybody by their exact e-mail address. */
export function PeopleList() {
  const [typed, setTyped] = useState('')
  const [email, setEmail] = useState('')
  const list = useQuery(routeQuery(findManagedUsers, { query: email ? { email } : {} }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setEmail(typed.trim())
  }
  const refused = fieldErrors(list.error).email
  return (
    <>
      <form className={classes.line} noValidate onSubmit={submit}>
        <TextInput
          className={classes.search}
          type="email"
          aria-label="E-mail address"
          placeholder="name@example.com"
          value={typed}
          error={refused}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Button type="submit">Find</Button>
      </form>
      {list.isError ? (
        refused ? null : (
          <ErrorState {...problemWords(list.error)} onRetry={() => list.refetch()} />
        )
      ) : list.data === undefined ? (
        <TableSkeleton rows={3} />
      ) : list.data.items.length === 0 ? (
        <EmptyState>Nobody here has this address.</EmptyState>
      ) : (
        <ul className={classes.list}>
          {list.data.items.map(person => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
      )}
    </>
  )
}

function PersonRow({ person }: { person: ManagedUser }) {
  const { id, name, email, status, organizations, isPlatformAdmin, hasSecondFactor, lastSignedInAt } = person
  const { user } = useSession()
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: routeKey(findManagedUsers) })
  const isSuspended = status === 'suspended'
  const suspend = useAct(isSuspended ? reactivateUser : suspendUser, { onSuccess })
  const admin = useAct(setPlatformAdmin, { onSuccess })
  const reset = useAct(resetSecondFactors, { onSuccess })
  const params = { userId: id }
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <span className={classes.name}>{name}</span>
        <span className={classes.quiet}>
          {email} · {organizations === 1 ? '1 organization' : `${organizations} organizations`} ·{' '}
          {lastSignedInAt ? (
            <>
              signed in <RelativeTime at={lastSignedInAt} />
            </>
          ) : (
            'never signed in'
          )}
          {hasSecondFactor ? ' · second factor' : ''}
          {isPlatformAdmin ? ' · looks after the installation' : ''}
        </span>
      </div>
      <Status kind={isSuspended ? 'paused' : 'active'}>{isSuspended ? 'Suspended' : 'Active'}</Status>
      {isPlatformAdmin ? null : (
        <ReasonForm
          key={status}
          label={isSuspended ? 'Reactivate' : 'Suspend'}
          consequence={isSuspended ? 'They can sign in again.' : 'They are signed out and cannot sign in.'}
          isPending={suspend.isPending}
          error={suspend.error}
          onOpen={suspend.reset}
          onConfirm={reason => suspend.mutate({ params, body: { reason } })}
        />
      )}
      {isPlatformAdmin || !hasSecondFactor ? null : (
        <ReasonForm
          label="Reset second factors"
          consequence="Their authenticator app, passkeys and recovery codes go, and they sign in with the password alone. Make sure that it is them who ask."
          isPending={reset.isPending}
          error={reset.error}
          onOpen={reset.reset}
          onConfirm={reason => reset.mutate({ params, body: { reason } })}
        />
      )}
      {id === user.id || isSuspended ? null : (
        <ReasonForm
          key={String(isPlatformAdmin)}
          label={isPlatformAdmin ? 'No longer an admin' : 'Make an admin'}
          consequence={
            isPlatformAdmin
              ? 'They lose this page.'
              : 'They may suspend any organization and any user, and let others do so.'
          }
          isPending={admin.isPending}
          error={admin.error}
          onOpen={admin.reset}
          onConfirm={reason => admin.mutate({ params, body: { reason, isPlatformAdmin: !isPlatformAdmin } })}
        />
      )}
    </li>
  )
}
