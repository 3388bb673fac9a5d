import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { encode } from 'uqr'
import { type AccountSecurity, confirmTotp, removeTotp, startTotp } from '#modules/iam/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { NewRecoveryCodes } from './recovery-codes.tsx'
import classes from './security.module.css'

interface AppSectionProps {
  app: AccountSecurity['authenticatorApp']
  onChanged: () => void
}

/** The authenticator app: set up with a QR code or by typing, and removed. */
export function AppSection({ app, onChanged }: AppSectionProps) {
  const [codes, setCodes] = useState<readonly string[]>()
  const start = useAct(startTotp, { onError: error => sayFailed(error) })
  const remove = useAct(removeTotp, {
    onSuccess: () => {
      toastDone('The authenticator app is removed.')
      onChanged()
    },
    onError: error => sayFailed(error),
  })
  const close = () => {
    setCodes(undefined)
    onChanged()
  }
  if (codes) return <NewRecoveryCodes codes={codes} onClose={close} />
  if (start.data && !app) {
    return (
      <AppSetup
        secret={start.data.secret}
        uri={start.data.uri}
        onCancel={() => start.reset()}
        onDone={made => {
          start.reset()
          toastDone('The authenticator app is set up.')
          if (made.length > 0) setCodes(made)
          else onChanged()
        }}
      />
    )
  }
  if (!app) {
    return (
      <div className={classes.stack}>
        <p className={classes.words}>
          An app on your phone shows a code every 30 seconds that you enter after the password.
        </p>
        <Button loading={start.isPending} onClick={() => start.mutate({})}>
          Set up an app
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.stack}>
      <p>
        Set up <RelativeTime at={app.addedAt} />.
      </p>
      <InlineConfirm
        label="Remove app"
        consequence="Its codes stop working; setting it up again needs a new QR code."
        onConfirm={() => remove.mutate({})}
      />
    </div>
  )
}

interface AppSetupProps {
  secret: string
  uri: string
  onCancel: () => void
  onDone: (recoveryCodes: readonly string[]) => void
}

function AppSetup({ secret, uri, onCancel, onDone }: AppSetupProps) {
  const [code, setCode] = useState('')
  const act = useAct(confirmTotp, { onSuccess: answer => onDone(answer.recoveryCodes) })
  const error = act.error ? `${problemWords(act.error).what} Enter the newest code of the app.` : undefined
  return (
    <form
      className={classes.setup}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        act.mutate({ body: { code } })
      }}
    >
      <QrCode text={uri} />
      <div className={classes.setupSteps}>
        <p>Scan the code with your authenticator app, or type this key into it:</p>
        <CopyText label="Key" text={(secret.match(/.{1,4}/g) ?? []).join(' ')} />
        <TextInput
          label="Code that the app shows"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          maxLength={10}
          value={code}
          error={error}
          onChange={event => setCode(event.currentTarget.value)}
        />
        <div className={classes.actions}>
          <Button type="submit" variant="filled" loading={act.isPending} disabled={code.trim() === ''}>
            Turn on
          </Button>
          <Button variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </div>
    </form>
  )
}

function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code with the key">
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  )
}
