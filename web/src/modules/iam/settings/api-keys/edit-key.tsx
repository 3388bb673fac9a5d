import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type ApiKey, changeApiKey } from '#modules/iam/contract.ts'
import { problemWords } from '../../../../shell/problem.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { ErrorState } from '../../../../ui/error-state.tsx'
import members from '../members/members.module.css'
import { networksIn } from './key-words.ts'
import classes from './keys.module.css'
import { fieldFault } from './new-key-panel.tsx'
import { ScopePicker } from './scope-picker.tsx'
import { useRenewKeys } from './use-keys.ts'

interface EditKeyProps {
  apiKey: ApiKey
  /** What a key may do is changed only by the member it acts for. */
  isMine: boolean
  onDone: () => void
}

/** Name, scopes and addresses of a key that exists. */
export function EditKey({ apiKey, isMine, onDone }: EditKeyProps) {
  const renew = useRenewKeys()
  const [name, setName] = useState(apiKey.name)
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(apiKey.scopes))
  const [networks, setNetworks] = useState(apiKey.networks.join('\n'))
  const act = useAct(changeApiKey, {
    onSuccess: () => {
      renew()
      onDone()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const changedNetworks = networksIn(networks)
    act.mutate({
      params: { keyId: apiKey.id },
      body: {
        ...(name.trim() !== apiKey.name ? { name } : {}),
        ...(sameItems([...scopes], apiKey.scopes) ? {} : { scopes: [...scopes] }),
        ...(sameItems(changedNetworks, apiKey.networks) ? {} : { networks: changedNetworks }),
      },
    })
  }
  const networkFault = fieldFault(act.error, '/networks')
  const nameFault = fieldFault(act.error, '/name')
  const words = act.error && !networkFault && !nameFault ? problemWords(act.error) : undefined
  return (
    <form className={members.block} noValidate onSubmit={submit} aria-label="Edit">
      <TextInput
        label="Name"
        maxLength={100}
        autoFocus
        value={name}
        error={nameFault}
        onChange={event => setName(event.currentTarget.value)}
      />
      {isMine ? (
        <div>
          <p className={classes.label}>It may</p>
          <ScopePicker chosen={scopes} onChange={setScopes} />
        </div>
      ) : null}
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
          Save
        </Button>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(item => b.includes(item))
}
