import { Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import { PASSWORD_MIN, resetPassword } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'
import { useLinkToken } from './use-link-token.ts'

/** Where the link of a reset letter leads: a new password, then signing in as ever. */
export function ResetPasswordPage() {
  useTitle('Choose a new password')
  const token = useLinkToken()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: {
      password: value => (value.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null),
    },
  })
  const act = useAct(resetPassword, { onError: error => form.setErrors(fieldErrors(error)) })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  if (act.isSuccess) {
    return (
      <Entrance title="Your password is changed" footer="Every session of your account was ended.">
        <p className={classes.words} role="status">
          Sign in with the new password. If your account has a second factor, it is asked for.
        </p>
        <Button component={Link} to="/sign-in" variant="filled" fullWidth>
          Sign in
        </Button>
      </Entrance>
    )
  }
  return (
    <Entrance
      title="Choose a new password"
      footer={
        <>
          The link does not work? <Link to="/forgot-password">Ask for a new one</Link>
        </>
      }
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit(({ password }) => act.mutate({ body: { token, password } }))}
      >
        <PasswordInput
          label="New password"
          name="password"
          description={form.errors.password ? undefined : `At least ${PASSWORD_MIN} characters.`}
          autoComplete="new-password"
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
          Change password
        </Button>
      </form>
    </Entrance>
  )
}
