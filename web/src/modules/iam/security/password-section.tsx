import { Button, PasswordInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useState } from 'react'
import { type AccountSecurity, changePassword, PASSWORD_MIN } from '#modules/iam/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { FormAlert } from '../form-alert.tsx'
import classes from './security.module.css'

interface PasswordSectionProps {
  security: AccountSecurity
  onChanged: () => void
}

/** When the password was changed, and the way to another one. */
export function PasswordSection({ security, onChanged }: PasswordSectionProps) {
  const [isOpen, setIsOpen] = useState(false)
  const close = () => {
    setIsOpen(false)
    onChanged()
  }
  if (!security.hasPassword) {
    return (
      <p className={classes.words}>
        You sign in without a password. To have one, choose “Forgot your password?” on the sign-in page.
      </p>
    )
  }
  if (isOpen) return <PasswordForm onClose={close} />
  return (
    <div className={classes.stack}>
      {security.passwordChangedAt ? (
        <p>
          Changed <RelativeTime at={security.passwordChangedAt} />.
        </p>
      ) : null}
      <Button onClick={() => setIsOpen(true)}>Change password</Button>
    </div>
  )
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const { user } = useSession()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', password: '' },
    validate: {
      currentPassword: isNotEmpty('Enter your present password.'),
      password: value => (value.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null),
    },
  })
  const act = useAct(changePassword, {
    onSuccess: () => {
      toastDone('Your password is changed. Every other session was ended.')
      onClose()
    },
    onError: error => {
      const isWrong = error instanceof ProblemError && error.problem.code === 'iam.proof_refused'
      form.setErrors(isWrong ? { currentPassword: 'This is not your password.' } : fieldErrors(error))
    },
  })
  const isShown = act.error && Object.keys(form.errors).length === 0
  const toggle = { visibilityToggleButtonProps: { 'aria-label': 'Show or hide the password' } }
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
      <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
      <PasswordInput
        label="Present password"
        name="current-password"
        autoComplete="current-password"
        autoFocus
        {...toggle}
        key={form.key('currentPassword')}
        {...form.getInputProps('currentPassword')}
      />
      <PasswordInput
        label="New password"
        name="new-password"
        description={form.errors.password ? undefined : `At least ${PASSWORD_MIN} characters.`}
        autoComplete="new-password"
        {...toggle}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <FormAlert>{isShown ? problemWords(act.error).what : null}</FormAlert>
      <div className={classes.actions}>
        <Button type="submit" variant="filled" loading={act.isPending}>
          Change password
        </Button>
        <Button variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
