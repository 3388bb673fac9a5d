import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { changeEmail, sendVerification } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { FormAlert } from '../form-alert.tsx'
import { emailMessage } from '../sign-in.tsx'
import classes from './security.module.css'

/** The e-mail address of the account: whether it is confirmed, and the way to another one. */
export function EmailSection() {
  const { user } = useSession()
  const [isOpen, setIsOpen] = useState(false)
  const [sentTo, setSentTo] = useState<string>()
  const verify = useAct(sendVerification, {
    onSuccess: () => toastDone(`A letter is on its way to ${user.email}.`),
    onError: error => sayFailed(error),
  })
  if (isOpen) {
    return (
      <EmailForm
        onSent={email => {
          setIsOpen(false)
          setSentTo(email)
        }}
        onClose={() => setIsOpen(false)}
      />
    )
  }
  return (
    <div className={classes.stack}>
      <p>
        {user.email}
        {user.emailVerified ? '' : ' is not confirmed yet.'}
      </p>
      {sentTo ? (
        <p className={classes.words} role="status">
          Open the link in the letter to {sentTo}. Until then everything stays as it is.
        </p>
      ) : null}
      <div className={classes.actions}>
        {user.emailVerified ? null : (
          <Button variant="filled" loading={verify.isPending} onClick={() => verify.mutate({})}>
            Send the letter again
          </Button>
        )}
        <Button onClick={() => setIsOpen(true)}>Change address</Button>
      </div>
    </div>
  )
}

function EmailForm({ onSent, onClose }: { onSent: (email: string) => void; onClose: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: emailMessage },
  })
  const act = useAct(changeEmail, {
    onSuccess: (_answer, { body }) => onSent(body.email),
    onError: error => form.setErrors(fieldErrors(error)),
  })
  const isShown = act.error && Object.keys(fieldErrors(act.error)).length === 0
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
      <TextInput
        label="New e-mail address"
        description="We send a link there that has to be opened first."
        type="email"
        name="email"
        autoComplete="email"
        autoFocus
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <FormAlert>{isShown ? problemWords(act.error).what : null}</FormAlert>
      <div className={classes.actions}>
        <Button type="submit" variant="filled" loading={act.isPending}>
          Send the link
        </Button>
        <Button variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
