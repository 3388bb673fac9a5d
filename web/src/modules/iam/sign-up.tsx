import { Button, PasswordInput, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { PASSWORD_MIN, signUp } from '#modules/iam/contract.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { sessionQuery } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'

/** A new account together with its first organization, whose owner it becomes. */
export function SignUpPage() {
  useTitle('Create an account')
  const { next } = useSearch({ from: '/sign-up' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '', organizationName: '' },
    validate: {
      name: isNotEmpty('Enter your name.'),
      email: value =>
        EmailAddress.safeParse(value).success ? null : 'Enter an e-mail address like name@example.com.',
      password: value => (value.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null),
      organizationName: isNotEmpty('Enter the name of your organization.'),
    },
  })
  const act = useAct(signUp, {
    onSuccess: async session => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: next ?? '/', replace: true })
    },
    onError: error => form.setErrors(fieldErrors(error)),
  })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  return (
    <Entrance
      title="Create an account"
      footer={
        <>
          Already have one?{' '}
          <Link to="/sign-in" search={next ? { next } : {}}>
            Sign in
          </Link>
        </>
      }
    >
      <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
        <TextInput
          label="Your name"
          name="name"
          autoComplete="name"
          autoFocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Work e-mail"
          type="email"
          name="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
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
        <TextInput
          label="Organization"
          name="organizationName"
          description={
            form.errors.organizationName ? undefined : 'Your company or team. You become its owner.'
          }
          autoComplete="organization"
          key={form.key('organizationName')}
          {...form.getInputProps('organizationName')}
        />
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
          Create account
        </Button>
      </form>
    </Entrance>
  )
}
