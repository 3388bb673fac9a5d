import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { changeMailAccount, deleteMailAccount, type MailAccount } from '#modules/intake/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { MailAccountForm } from './mail-account-form.tsx'
import classes from './mail-in.module.css'
import { useMailAccounts, useRenewAccounts, useWorkflowChoices } from './use-mail-in.ts'

/** Mailboxes elsewhere that are looked into. */
export function MailAccounts({ mayManage }: { mayManage: boolean }) {
  const accounts = useMailAccounts()
  const [isAdding, setAdding] = useState(false)
  if (accounts.isError && !accounts.data) {
    return <ErrorState {...problemWords(accounts.error)} onRetry={() => accounts.refetch()} />
  }
  const items = accounts.data?.items
  return (
    <div className={classes.stack}>
      {items === undefined ? (
        <div className="appear-late">
          <Bar width="60%" />
        </div>
      ) : (
        items.map(account => <Account key={account.id} account={account} mayManage={mayManage} />)
      )}
      {items?.length === 0 && !mayManage ? <p className={classes.quiet}>None is looked into.</p> : null}
      {mayManage && isAdding ? <MailAccountForm onClose={() => setAdding(false)} /> : null}
      {mayManage && !isAdding ? (
        <div>
          <Button onClick={() => setAdding(true)}>Add a mailbox</Button>
        </div>
      ) : null}
    </div>
  )
}

function Account({ account, mayManage }: { account: MailAccount; mayManage: boolean }) {
  const { nameOf } = useWorkflowChoices()
  const { id, username, host, folder, isOn, lastError, lookedAt, workflowId } = account
  const status = !isOn ? 'paused' : lastError ? 'failed' : 'active'
  const words = { paused: 'Paused', failed: 'Cannot be read', active: 'Looked into' } as const
  return (
    <div className={classes.entry}>
      <div className={classes.entryHead}>
        <span className={classes.strong}>{username}</span>
        <Status kind={status}>{words[status]}</Status>
      </div>
      <p className={classes.quiet}>
        {host}, folder {folder}, to {nameOf(workflowId)}
        {lookedAt ? (
          <>
            , last read <RelativeTime at={lookedAt} />
          </>
        ) : null}
      </p>
      {isOn && lastError ? <p className={classes.bad}>{lastError}</p> : null}
      {mayManage ? (
        <AccountActs id={id} isOn={isOn} name={username} asksPassword={isOn && lastError !== null} />
      ) : null}
    </div>
  )
}

interface AccountActsProps {
  id: string
  isOn: boolean
  name: string
  asksPassword: boolean
}

function AccountActs({ id, isOn, name, asksPassword }: AccountActsProps) {
  const renew = useRenewAccounts()
  const [password, setPassword] = useState('')
  const params = { accountId: id }
  const change = useAct(changeMailAccount, {
    onSuccess: async () => {
      setPassword('')
      await renew()
    },
    onError: error => sayFailed(error),
  })
  const remove = useAct(deleteMailAccount, {
    onSuccess: async () => {
      await renew()
      toastDone(`${name} is looked into no longer.`)
    },
    onError: error => sayFailed(error),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '') change.mutate({ params, body: { password } })
  }
  return (
    <>
      {asksPassword ? (
        <form className={classes.line} noValidate onSubmit={submit}>
          <PasswordInput
            className={classes.grow}
            label="New password"
            autoComplete="off"
            value={password}
            onChange={event => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" disabled={password === ''} loading={change.isPending}>
            Try it
          </Button>
        </form>
      ) : null}
      <div className={classes.line}>
        <Button
          aria-label={`${isOn ? 'Pause' : 'Go on with'} ${name}`}
          loading={change.isPending && password === ''}
          onClick={() => change.mutate({ params, body: { isOn: !isOn } })}
        >
          {isOn ? 'Pause' : 'Go on'}
        </Button>
        <InlineConfirm
          label="Remove"
          consequence="It is looked into no longer. Leads stay."
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    </>
  )
}
