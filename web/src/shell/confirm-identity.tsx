import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { askOwnPasskey, confirmIdentity, getConfirmMethods } from '#modules/iam/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { FormAlert } from '../modules/iam/form-alert.tsx'
import { answerPasskey } from '../modules/iam/passkey-browser.ts'
import { PROOF_LABELS, ProofField, type ProofMethod } from '../modules/iam/proof-field.tsx'
import { call, routeQuery } from './api.ts'
import classes from './confirm-identity.module.css'
import { closeConfirm } from './confirm-store.ts'
import { problemWords } from './problem.ts'
import { leave } from './sign-out.ts'
import { useAct } from './use-act.ts'

/** Asks the signed-in person to prove who they are, before an act that an open browser alone must not do. */
export function ConfirmIdentity() {
  const methods = useQuery(routeQuery(getConfirmMethods, {}))
  return (
    <Modal
      opened
      onClose={() => closeConfirm(false)}
      title="Confirm that it is you"
      size="24rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {methods.isError ? <CannotAsk error={methods.error} /> : null}
      {methods.data ? <Ways methods={methods.data.methods} /> : null}
      {methods.isPending ? <div className={classes.room} role="status" aria-label="Loading" /> : null}
    </Modal>
  )
}

/** A session that another provider stands for may not even be asked: only a new sign-in helps. */
function CannotAsk({ error }: { error: Error }) {
  if (error instanceof ProblemError && error.status === 403) return <SignInElsewhere />
  return <FormAlert>{problemWords(error).what}</FormAlert>
}

function Ways({ methods }: { methods: readonly ProofMethod[] }) {
  const [chosen, setChosen] = useState<ProofMethod>()
  const [passkeyError, setPasskeyError] = useState<string>()
  const [value, setValue] = useState('')
  const act = useAct(confirmIdentity, { onSuccess: () => closeConfirm(true) })
  const method = chosen ?? methods[0]
  if (method === undefined) return <SignInElsewhere />
  const error = passkeyError ?? (act.error ? problemWords(act.error).what : null)
  const choose = (next: ProofMethod) => {
    act.reset()
    setPasskeyError(undefined)
    setValue('')
    setChosen(next)
  }
  const byPasskey = async () => {
    act.reset()
    setPasskeyError(undefined)
    const answer = await answerPasskey(() => call(askOwnPasskey, {}))
    if ('failed' in answer) setPasskeyError(answer.failed)
    else act.mutate({ body: { passkey: answer.passkey } })
  }
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        if (method === 'passkey') void byPasskey()
        else if (value.trim() !== '') act.mutate({ body: { [method]: value } })
      }}
    >
      <p className={classes.why}>This is asked before changes that matter, once in 10 minutes.</p>
      {method === 'passkey' ? null : (
        <ProofField key={method} method={method} value={value} onChange={setValue} />
      )}
      <FormAlert>{error}</FormAlert>
      <Button type="submit" variant="filled" fullWidth loading={act.isPending} data-autofocus>
        {method === 'passkey' ? 'Use a passkey' : 'Confirm'}
      </Button>
      <div className={classes.others}>
        {methods
          .filter(each => each !== method)
          .map(each => (
            <Button key={each} variant="subtle" size="xs" onClick={() => choose(each)}>
              {PROOF_LABELS[each]}
            </Button>
          ))}
      </div>
    </form>
  )
}

/** For a person whose identity another provider proves: only a new sign-in does it again. */
function SignInElsewhere() {
  return (
    <div className={classes.form}>
      <p className={classes.why}>You sign in through another provider. Sign out and in again, then go on.</p>
      <Button variant="filled" fullWidth onClick={leave}>
        Sign out
      </Button>
    </div>
  )
}
