import { Button, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { createMailAccount, type MailAccount } from '#modules/intake/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './mail-in.module.css'
import { useRenewAccounts, useWorkflowChoices } from './use-mail-in.ts'

const SECURITIES = [
  { value: 'tls', label: 'TLS, port 993' },
  { value: 'starttls', label: 'STARTTLS, port 143' },
] as const
const PORTS = { tls: 993, starttls: 143, off: 143 } as const

/** What has to be known of a mailbox. Its server is asked before anything is kept. */
export function MailAccountForm({ onClose }: { onClose: () => void }) {
  const { choices } = useWorkflowChoices()
  const renew = useRenewAccounts()
  const [host, setHost] = useState('')
  const [security, setSecurity] = useState<MailAccount['security']>('tls')
  const [port, setPort] = useState<number>(PORTS.tls)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [folder, setFolder] = useState('INBOX')
  const [workflowId, setWorkflowId] = useState<string | null>(null)
  const act = useAct(createMailAccount, {
    onSuccess: async () => {
      await renew()
      toastDone(`${username} is looked into from now on.`)
      onClose()
    },
  })
  const isWhole = host.trim() !== '' && username.trim() !== '' && password !== '' && workflowId !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isWhole) return
    act.mutate({
      body: { host, port, security, username, password, folder: folder.trim() || 'INBOX', workflowId },
    })
  }
  const errors = fieldErrors(act.error)
  const words = act.error && Object.keys(errors).length === 0 ? problemWords(act.error) : undefined
  return (
    <form className={classes.stack} noValidate onSubmit={submit} aria-label="Add a mailbox">
      <div className={classes.fields}>
        <TextInput
          className={classes.grow}
          label="IMAP server"
          placeholder="imap.example.com"
          autoCapitalize="none"
          spellCheck={false}
          value={host}
          error={errors.host}
          onChange={event => setHost(event.currentTarget.value)}
        />
        <Select
          className={classes.grow}
          label="Encryption"
          allowDeselect={false}
          data={[...SECURITIES]}
          value={security}
          error={errors.security}
          onChange={value => {
            const chosen = (value ?? 'tls') as MailAccount['security']
            setSecurity(chosen)
            setPort(PORTS[chosen])
          }}
        />
        <NumberInput
          className={classes.short}
          label="Port"
          hideControls
          min={1}
          max={65_535}
          value={port}
          error={errors.port}
          onChange={value => setPort(Number(value) || PORTS[security])}
        />
      </div>
      <div className={classes.fields}>
        <TextInput
          className={classes.grow}
          label="Name to sign in with"
          placeholder="leads@example.com"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={username}
          onChange={event => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          className={classes.grow}
          label="Password"
          description="With two-step sign-in, one made for apps."
          autoComplete="off"
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
        />
      </div>
      <div className={classes.fields}>
        <TextInput
          className={classes.grow}
          label="Folder"
          spellCheck={false}
          value={folder}
          onChange={event => setFolder(event.currentTarget.value)}
        />
        <Select
          className={classes.grow}
          label="Leads go to"
          placeholder="Choose a workflow"
          data={choices}
          value={workflowId}
          onChange={setWorkflowId}
        />
      </div>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={classes.fields}>
        <Button type="submit" variant="filled" disabled={!isWhole} loading={act.isPending}>
          Look into it
        </Button>
        <Button variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
