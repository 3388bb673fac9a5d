import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import { askPasswordReset } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'
import { emailMessage } from './sign-in.tsx'

/** Asks for the letter with which a new password can be chosen. It says the same for every address. */
export function ForgotPasswordPage() {
  useTitle('Forgot your password')
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: emailMessage },
  })
  const act = useAct(askPasswordReset, { onError: error => form.setErrors(fieldErrors(error)) })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  const footer = <Link to="/sign-in">Back to signing in</Link>
  if (act.isSuccess) {
    return (
      <Entrance title="Look into your mailbox" footer={footer}>
        <p className={classes.words} role="status">
          If there is an account with {act.variables.body.email}, a letter is on its way. Its link works for
          30 minutes.
        </p>
        <p className={classes.words}>Nothing there? Look among unwanted mail, then ask again.</p>
      </Entrance>
    )
  }
  return (
    <Entrance title="Forgot your password" footer={footer}>
      <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
        <TextInput
          label="E-mail"
          description="We send a link there with which you choose a new password."
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
          Send the letter
        </Button>
      </form>
    </Entrance>
  )
}
