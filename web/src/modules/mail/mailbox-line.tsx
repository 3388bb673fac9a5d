import { useQuery } from '@tanstack/react-query'
import { Inbox, Send, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { getMailbox, type Mailbox } from '#modules/mail/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { Bar } from '../../ui/skeleton.tsx'
import classes from './mailbox.module.css'

function addressWords({ name, address }: Mailbox['from']): string {
  return name ? `${name} <${address}>` : address
}

function lineOf(mailbox: Mailbox): { icon: ReactNode; words: ReactNode; bad?: true } {
  if (mailbox.kind === 'development') {
    return {
      icon: <Inbox size={16} />,
      words: (
        <>
          Every message is kept here and goes nowhere else, because no mail server is set up. With{' '}
          <code>SMTP_URL</code> set, new messages really go out.
        </>
      ),
    }
  }
  if (mailbox.status === 'active' && !mailbox.lastError) {
    return {
      icon: <Send size={16} />,
      words: `Messages go out through your mail server, as ${addressWords(mailbox.from)}.`,
    }
  }
  return {
    icon: <TriangleAlert size={16} />,
    words: `The mail server cannot be used now. Messages wait here and are tried again. ${mailbox.lastError ?? ''}`,
    bad: true,
  }
}

/** What this mailbox is: where messages end up, and whether that works. */
export function MailboxLine() {
  const { data, isPending } = useQuery(routeQuery(getMailbox, {}))
  if (isPending) {
    return (
      <div className={`${classes.lineWait} appear-late`}>
        <Bar width="32rem" />
      </div>
    )
  }
  // The list below says by itself when the server does not answer.
  if (!data) return null
  const { icon, words, bad } = lineOf(data)
  return (
    <p className={classes.line} data-bad={bad}>
      <span className={classes.lineIcon} aria-hidden="true">
        {icon}
      </span>
      <span>{words}</span>
    </p>
  )
}
