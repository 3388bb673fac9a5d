import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { confirmEmail } from '#modules/iam/contract.ts'
import { problemWords } from '../../shell/problem.ts'
import { sessionQuery } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useTitle } from '../../shell/use-title.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { FormAlert } from './form-alert.tsx'
import { useLinkToken } from './use-link-token.ts'

/** Where the link of a verification letter leads. It confirms by itself: opening the link was the act. */
export function VerifyEmailPage() {
  useTitle('Confirm your e-mail address')
  const token = useLinkToken()
  const queryClient = useQueryClient()
  const isSent = useRef(false)
  const act = useAct(confirmEmail, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  const { mutate } = act
  useEffect(() => {
    // Effects run twice while developing, and the link works once.
    if (isSent.current) return
    isSent.current = true
    mutate({ body: { token } })
  }, [mutate, token])
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <Entrance
      title={act.isSuccess ? 'Your address is confirmed' : 'Confirm your e-mail address'}
      footer={words ? <Link to="/settings/profile">Ask for a new link in your settings</Link> : null}
    >
      {act.isSuccess ? (
        <p className={classes.words} role="status">
          {act.data.changed
            ? `You sign in with ${act.data.email} from now on.`
            : `${act.data.email} belongs to your account.`}
        </p>
      ) : null}
      {act.isPending ? <p className={classes.words}>One moment.</p> : null}
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      {act.isSuccess ? (
        <Button component={Link} to="/" variant="filled" fullWidth>
          Go on
        </Button>
      ) : null}
    </Entrance>
  )
}
