import { Button, PasswordInput, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { useRef, useState } from 'react'
import { type SecondFactorAsked, type Session, signIn } from '#modules/iam/contract.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { sessionQuery } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'
import { knowsPasskeys } from './passkey-browser.ts'
import { SecondStep } from './second-step.tsx'
import { SsoEntrance } from './sso/sso-entrance.tsx'
import { SsoNotice } from './sso/sso-notice.tsx'
import { usePasskeySignIn } from './use-passkey-sign-in.ts'

/** Why an e-mail address cannot be used, or null. */
export const emailMessage = (value: string) => {
  if (!value.trim()) return 'Enter your e-mail address.'
  return EmailAddress.safeParse(value).success ? null : 'Enter an e-mail address like name@example.com.'
}

/** E-mail and password, or a passkey, and the second step when the account asks for one. */
export function SignInPage() {
  useTitle('Sign in')
  const { next } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<SecondFactorAsked['secondFactor']>()
  const [over, setOver] = useState<string>()
  const enter = async (session: Session) => {
    queryClient.setQueryData(sessionQuery.queryKey, session)
    await navigate({ to: next ?? '/', replace: true })
  }
  if (asked) {
    const back = (why?: string) => {
      setAsked(undefined)
      setOver(why)
    }
    return (
      <Entrance title="One more step" footer="A recovery code helps when you have nothing else at hand.">
        <SecondStep asked={asked} onSession={enter} onOver={back} />
      </Entrance>
    )
  }
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
      <SsoNotice />
      <FirstStep over={over} onSession={enter} onAsked={setAsked} />
      <SsoEntrance />
    </Entrance>
  )
}

interface FirstStepProps {
  /** Why the person is here again. */
  over: string | undefined
  onSession: (session: Session) => void
  onAsked: (asked: SecondFactorAsked['secondFactor']) => void
}

/** What was typed stays when the answer is no. */
function FirstStep({ over, onSession, onAsked }: FirstStepProps) {
  const password = useRef<HTMLInputElement>(null)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: { email: emailMessage, password: isNotEmpty('Enter your password.') },
  })
  const passkey = usePasskeySignIn(onSession)
  const act = useAct(signIn, {
    onSuccess: answer => ('secondFactor' in answer ? onAsked(answer.secondFactor) : onSession(answer)),
    onError: error => {
      form.setErrors(fieldErrors(error))
      password.current?.select()
    },
  })
  const words =
    act.error && Object.keys(fieldErrors(act.error)).length === 0 ? problemWords(act.error) : undefined
  const alert = words ? [words.what, words.next].filter(Boolean).join(' ') : (passkey.error ?? over ?? null)
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(body => act.mutate({ body }))}>
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username webauthn"
        autoFocus
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <div className={classes.withLink}>
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          ref={password}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Link className={classes.besideLabel} to="/forgot-password">
          Forgot your password?
        </Link>
      </div>
      <FormAlert>{alert}</FormAlert>
      <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
        Sign in
      </Button>
      {knowsPasskeys() ? (
        <Button
          fullWidth
          leftSection={<KeyRound size={16} aria-hidden="true" />}
          loading={passkey.isPending}
          onClick={passkey.start}
        >
          Sign in with a passkey
        </Button>
      ) : null}
    </form>
  )
}
