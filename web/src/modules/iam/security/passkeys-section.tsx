import { Button, TextInput } from '@mantine/core'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import {
  addPasskey,
  type Passkey,
  removePasskey,
  renamePasskey,
  startPasskey,
} from '#modules/iam/contract.ts'
import { call } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { FormAlert } from '../form-alert.tsx'
import { knowsPasskeys, makePasskey } from '../passkey-browser.ts'
import { NewRecoveryCodes } from './recovery-codes.tsx'
import classes from './security.module.css'

interface PasskeysSectionProps {
  passkeys: readonly Passkey[]
  onChanged: () => void
}

/** The passkeys of an account: added under a name, renamed, removed. */
export function PasskeysSection({ passkeys, onChanged }: PasskeysSectionProps) {
  const [codes, setCodes] = useState<readonly string[]>()
  const close = () => {
    setCodes(undefined)
    onChanged()
  }
  const added = (made: readonly string[]) => {
    toastDone('The passkey is added.')
    if (made.length > 0) setCodes(made)
    else onChanged()
  }
  return (
    <div className={classes.stack}>
      {passkeys.length > 0 ? (
        <ul className={classes.list}>
          {passkeys.map(passkey => (
            <PasskeyItem key={passkey.id} passkey={passkey} onChanged={onChanged} />
          ))}
        </ul>
      ) : (
        <p className={classes.words}>
          A passkey signs you in with your fingerprint, face or screen lock, without a password. It works on
          this site alone, so that nobody can phish it.
        </p>
      )}
      {codes ? <NewRecoveryCodes codes={codes} onClose={close} /> : <AddPasskey onAdded={added} />}
    </div>
  )
}

function PasskeyItem({ passkey, onChanged }: { passkey: Passkey; onChanged: () => void }) {
  const [name, setName] = useState<string>()
  const params = { passkeyId: passkey.id }
  const rename = useAct(renamePasskey, {
    onSuccess: () => {
      setName(undefined)
      onChanged()
    },
    onError: error => sayFailed(error),
  })
  const remove = useAct(removePasskey, { onSuccess: onChanged, onError: error => sayFailed(error) })
  if (name !== undefined) {
    return (
      <li>
        <form
          className={classes.item}
          onSubmit={event => {
            event.preventDefault()
            if (name.trim() !== '') rename.mutate({ params, body: { name } })
          }}
        >
          <TextInput
            className={classes.what ?? ''}
            aria-label="Name of the passkey"
            autoFocus
            maxLength={100}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={rename.isPending}>
            Save
          </Button>
          <Button variant="subtle" onClick={() => setName(undefined)}>
            Cancel
          </Button>
        </form>
      </li>
    )
  }
  return (
    <li className={classes.item}>
      <KeyRound size={16} aria-hidden="true" />
      <div className={classes.what}>
        <p className={classes.name}>{passkey.name}</p>
        <p className={classes.detail}>
          Added <RelativeTime at={passkey.createdAt} />
          {passkey.lastUsedAt ? (
            <>
              , last used <RelativeTime at={passkey.lastUsedAt} />
            </>
          ) : (
            ', never used'
          )}
        </p>
      </div>
      <div className={classes.actions}>
        <Button variant="subtle" onClick={() => setName(passkey.name)}>
          Rename
        </Button>
        <InlineConfirm
          label="Remove"
          consequence="It no longer signs you in."
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    </li>
  )
}

function AddPasskey({ onAdded }: { onAdded: (recoveryCodes: readonly string[]) => void }) {
  const [name, setName] = useState<string>()
  const [failed, setFailed] = useState<string>()
  const act = useAct(addPasskey, {
    onSuccess: answer => {
      setName(undefined)
      onAdded(answer.recoveryCodes)
    },
  })
  if (!knowsPasskeys()) return <p className={classes.words}>This browser cannot make passkeys here.</p>
  if (name === undefined) return <Button onClick={() => setName('')}>Add a passkey</Button>
  const add = async () => {
    act.reset()
    setFailed(undefined)
    const made = await makePasskey(() => call(startPasskey, {}))
    if ('failed' in made) setFailed(made.failed)
    else act.mutate({ body: { name, passkey: made.passkey } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <form
      className={classes.form}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') void add()
      }}
    >
      <TextInput
        label="Name"
        description="So that you know it again, for example the device it is on."
        autoFocus
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <FormAlert>{failed ?? (words ? [words.what, words.next].filter(Boolean).join(' ') : null)}</FormAlert>
      <div className={classes.actions}>
        <Button type="submit" variant="filled" loading={act.isPending} disabled={name.trim() === ''}>
          Go on
        </Button>
        <Button variant="subtle" onClick={() => setName(undefined)}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
