import { Button } from '@mantine/core'
import { useState } from 'react'
import { askPasskey, type SecondFactorAsked, type Session, sendSecondFactor } from '#modules/iam/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { call } from '../../shell/api.ts'
import { problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import classes from './entrance.module.css'
import { FormAlert } from './form-alert.tsx'
import { answerPasskey } from './passkey-browser.ts'
import { PROOF_LABELS, ProofField, type ProofMethod } from './proof-field.tsx'

interface SecondStepProps {
  asked: SecondFactorAsked['secondFactor']
  onSession: (session: Session) => void
  /** The step took too long; `why` says so. Without words the person went back. */
  onOver: (why?: string) => void
}

/** The second step of signing in: a code, a passkey or a recovery code, whatever the account has. */
export function SecondStep({ asked, onSession, onOver }: SecondStepProps) {
  const { token, methods } = asked
  const [method, setMethod] = useState<ProofMethod>(methods[0] ?? 'code')
  const [value, setValue] = useState('')
  const [passkeyError, setPasskeyError] = useState<string>()
  const act = useAct(sendSecondFactor, {
    onSuccess: onSession,
    onError: error => {
      if (error instanceof ProblemError && error.problem.code === 'iam.sign_in_over')
        onOver(problemWords(error).what)
    },
  })
  const clear = () => {
    act.reset()
    setPasskeyError(undefined)
  }
  const byPasskey = async () => {
    clear()
    const answer = await answerPasskey(() => call(askPasskey, { body: { token } }))
    if ('failed' in answer) setPasskeyError(answer.failed)
    else act.mutate({ body: { token, passkey: answer.passkey } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  const error = passkeyError ?? (words ? [words.what, words.next].filter(Boolean).join(' ') : null)
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        if (method === 'passkey') void byPasskey()
        else if (value.trim() !== '') act.mutate({ body: { token, [method]: value } })
      }}
    >
      {method === 'passkey' || method === 'password' ? (
        <p className={classes.words}>Your account asks for a passkey beside the password.</p>
      ) : (
        <ProofField key={method} method={method} value={value} onChange={setValue} />
      )}
      <FormAlert>{error}</FormAlert>
      <Button type="submit" variant="filled" fullWidth loading={act.isPending}>
        {method === 'passkey' ? 'Use a passkey' : 'Continue'}
      </Button>
      <div className={classes.others}>
        {methods
          .filter(each => each !== method)
          .map(each => (
            <Button
              key={each}
              variant="subtle"
              size="xs"
              onClick={() => {
                clear()
                setValue('')
                setMethod(each)
              }}
            >
              {PROOF_LABELS[each]}
            </Button>
          ))}
        <Button variant="subtle" size="xs" onClick={() => onOver()}>
          Back
        </Button>
      </div>
    </form>
  )
}
