import { Button, PasswordInput, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { PASSWORD_MIN, signUpByInvitation } from '#modules/iam/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { sessionQuery } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import classes from '../entrance.module.css'
import { FormAlert } from '../form-alert.tsx'

/** A new account by invitation: the address is given, a name and a password are not. */
export function NewUserForm({ token }: { token: string }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: {
      name: isNotEmpty('Enter your name.'),
      password: value => (value.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null),
    },
  })
  const act = useAct(signUpByInvitation, {
    onSuccess: async session => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: '/', replace: true })
    },
    onError: error => form.setErrors(fieldErrors(error)),
  })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit(values => act.mutate({ body: { token, ...values } }))}
    >
      <TextInput
        label="Your name"
        name="name"
        autoComplete="name"
        autoFocus
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <PasswordInput
        label="Password"
        name="password"
        description={form.errors.password ? undefined : `At least ${PASSWORD_MIN} characters.`}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
        Join
      </Button>
    </form>
  )
}
