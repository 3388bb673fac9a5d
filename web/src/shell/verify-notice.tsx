import { Button } from '@mantine/core'
import { useState } from 'react'
import { sendVerification } from '#modules/iam/contract.ts'
import { sayFailed } from './say-failed.ts'
import { useSession } from './session.ts'
import { useAct } from './use-act.ts'
import classes from './verify-notice.module.css'

/** Above every page of a person whose e-mail address is not confirmed. */
export function VerifyNotice() {
  const { user } = useSession()
  const [isSent, setIsSent] = useState(false)
  const act = useAct(sendVerification, {
    onSuccess: () => setIsSent(true),
    onError: error => sayFailed(error),
  })
  if (user.emailVerified) return null
  return (
    <section className={classes.notice} aria-label="E-mail address">
      <p role="status">
        {isSent
          ? `A new letter is on its way to ${user.email}.`
          : `Confirm ${user.email} with the link in our letter. You cannot invite others before.`}
      </p>
      {isSent ? null : (
        <Button size="xs" loading={act.isPending} onClick={() => act.mutate({})}>
          Send it again
        </Button>
      )}
    </section>
  )
}
