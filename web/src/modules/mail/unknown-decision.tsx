import { Button } from '@mantine/core'
import type { Message } from '#modules/mail/contract.ts'
import { useMay } from '../../shell/session.ts'
import classes from './message.module.css'
import { type Resolution, useResolve } from './use-resolve.ts'

const choices: readonly { as: Resolution; label: string; about: string }[] = [
  { as: 'sent', label: 'It arrived', about: 'The recipient has it, or the server’s log says it was taken.' },
  { as: 'failed', label: 'It did not arrive', about: 'It is recorded as failed and stays unsent.' },
  {
    as: 'resend',
    label: 'Send it again',
    about: 'The same message goes out once more. Someone who has it already may get a second copy.',
  },
]

/** The three things a person may decide about a message whose outcome is unknown. */
export function UnknownDecision({ message }: { message: Message }) {
  const { resolve, isPending } = useResolve(message)
  if (!useMay('mail:write')) {
    return <p>Someone who may send e-mail for your organization has to decide what it is to count as.</p>
  }
  return (
    <>
      <p>Look into the server’s log or ask the recipient, then say what you found.</p>
      <ul className={classes.choices}>
        {choices.map(choice => (
          <li key={choice.as} className={classes.choice}>
            <Button
              disabled={isPending}
              aria-describedby={`decide-${choice.as}`}
              onClick={() => resolve(choice.as)}
            >
              {choice.label}
            </Button>
            <span id={`decide-${choice.as}`} className={classes.about}>
              {choice.about}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
