import { Button, PasswordInput, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { signIn } from '#modules/iam/contract.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { sessionQuery } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'

const emailMessage = (value: string) => {
  if (!value.trim()) return 'Enter your e-mail address.'
  return EmailAddress.safeParse(value).success ? null : 'Enter an e-mail address like name@example.com.'
}

/** E-mail and password. What was typed stays when the answer is no. */
export function SignInPage() {
  useTitle('Sign in')
  const { next } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const password = useRef<HTMLInputElement>(null)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: { email: emailMessage, password: isNotEmpty('Enter your password.') },
  })
  const act = useAct(signIn, {
    onSuccess: async session => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: next ?? '/', replace: true })
    },
    onError: error => {
      const fields = fieldErrors(error)
      form.setErrors(fields)
      password.current?.select()
    },
  })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  return (
    <Entrance
      title="Sign in"
      footer={
        <>
          New here?{' '}
          <Link to="/sign-up" search={next ? { next } : {}}>
            Create an account
          </Link>
        </>
      }
    >
      <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          ref={password}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
          Sign in
        </Button>
      </form>
    </Entrance>
  )
}
