import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { createApiKey } from '#modules/iam/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { problemWords } from '../../../../shell/problem.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { Choice } from '../../../../ui/choice.tsx'
import { ErrorState } from '../../../../ui/error-state.tsx'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import members from '../members/members.module.css'
import { daysOf, type Lifetime, lifetimes, networksIn } from './key-words.ts'
import classes from './keys.module.css'
import { ScopePicker } from './scope-picker.tsx'
import { SecretShown } from './secret-shown.tsx'
import { useRenewKeys } from './use-keys.ts'

/** Name, what it may do, until when, from where; then the secret, once. */
export function NewKeyPanel({ onClose }: { onClose: () => void }) {
  const renew = useRenewKeys()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set())
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const [networks, setNetworks] = useState('')
  const [fault, setFault] = useState<string>()
  const act = useAct(createApiKey, { onSuccess: renew })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return setFault('Say what the key is for.')
    const body = {
      name,
      scopes: [...scopes],
      networks: networksIn(networks),
      expiresInDays: daysOf(lifetime),
    }
    act.mutate({ body })
  }
  if (act.data) {
    return (
      <SidePanel label="New API key" onClose={onClose}>
        <div className={members.title}>
          <h2>{act.data.key.name}</h2>
          <p>The key works from now on.</p>
        </div>
        <SecretShown secret={act.data.secret} onDone={onClose} />
      </SidePanel>
    )
  }
  const networkFault = fieldFault(act.error, '/networks')
  const words = act.error && !networkFault ? problemWords(act.error) : undefined
  return (
    <SidePanel label="New API key" onClose={onClose}>
      <div className={members.title}>
        <h2>New API key</h2>
        <p>It acts for you, within what you choose here, and stops when you leave the organization.</p>
      </div>
      <form className={members.block} noValidate onSubmit={submit}>
        <TextInput
          label="Name"
          description="What it is for, such as the program that uses it."
          maxLength={100}
          data-autofocus
          autoFocus
          value={name}
          error={fault}
          onChange={event => {
            setFault(undefined)
            setName(event.currentTarget.value)
          }}
        />
        <div>
          <p className={classes.label}>It may</p>
          <ScopePicker chosen={scopes} onChange={setScopes} />
        </div>
        <div>
          <p className={classes.label}>It ends after</p>
          <Choice label="It ends after" options={lifetimes} value={lifetime} onChange={setLifetime} />
        </div>
        <Textarea
          label="Only from these addresses"
          description="Addresses or networks such as 203.0.113.0/24, one a line. Empty for anywhere."
          autosize
          minRows={2}
          maxRows={8}
          value={networks}
          error={networkFault}
          onChange={event => setNetworks(event.currentTarget.value)}
        />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={members.acts}>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Create key
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

/** What the API says about a field, or about one of its items. */
export function fieldFault(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined
  return error.problem.errors?.find(one => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))
    ?.message
}
