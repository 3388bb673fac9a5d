import { useEffect, useRef, useState } from 'react'
import { askPasskey, type Session, signInWithPasskey } from '#modules/iam/contract.ts'
import { call } from '../../shell/api.ts'
import { problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import { answerPasskey, offersPasskeysInFields, stopWaitingForPasskey } from './passkey-browser.ts'

const ask = () => call(askPasskey, { body: {} })

/** Signing in with a passkey alone: by a button, and from the list under the e-mail field where browsers offer it. */
export function usePasskeySignIn(onSession: (session: Session) => void) {
  const [failed, setFailed] = useState<string>()
  const act = useAct(signInWithPasskey, { onSuccess: onSession })
  const { mutate } = act
  const enter = useRef(mutate)
  enter.current = mutate

  /** The button was pressed: an offer that is only being prepared would cut off what it began. */
  const isPressed = useRef(false)

  useEffect(() => {
    let isHere = true
    const isWanted = () => isHere && !isPressed.current
    const askForOffer = async () => {
      const question = await ask()
      if (!isWanted()) throw new DOMException('Nobody waits for this offer.', 'AbortError')
      return question
    }
    const offer = async () => {
      if (!(await offersPasskeysInFields()) || !isWanted()) return
      const answer = await answerPasskey(askForOffer, { fromAutofill: true })
      // Nobody asked for this offer, so that its end is not worth a word.
      if (isHere && 'passkey' in answer) enter.current({ body: answer })
    }
    void offer()
    return () => {
      isHere = false
      void stopWaitingForPasskey()
    }
  }, [])

  const byButton = async () => {
    act.reset()
    setFailed(undefined)
    isPressed.current = true
    const answer = await answerPasskey(ask)
    if ('failed' in answer) setFailed(answer.failed)
    else mutate({ body: answer })
  }
  return {
    start: () => void byButton(),
    isPending: act.isPending,
    error: failed ?? (act.error ? problemWords(act.error).what : undefined),
  }
}
