import { Ban, CircleAlert, CircleHelp, Clock } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Message } from '#modules/mail/contract.ts'
import classes from './message.module.css'
import { UnknownDecision } from './unknown-decision.tsx'

interface NoticeProps {
  tone: 'wait' | 'bad'
  icon: ReactNode
  title: string
  children: ReactNode
}

function Notice({ tone, icon, title, children }: NoticeProps) {
  return (
    <section className={classes.notice} data-tone={tone} aria-label={title}>
      <span className={classes.noticeIcon} aria-hidden="true">
        {icon}
      </span>
      <div className={classes.noticeWords}>
        <p className={classes.noticeTitle}>{title}</p>
        {children}
      </div>
    </section>
  )
}

/** What a person should know about a message's fate; nothing when it simply went out. */
export function MessageNotice({ message }: { message: Message }) {
  const { status, lastError } = message
  if (status === 'unknown') {
    return (
      <Notice
        tone="wait"
        icon={<CircleHelp size={16} />}
        title="It is not known whether this message arrived"
      >
        <p>
          The conversation with the mail server broke off after the message was handed over and before the
          server confirmed it. The recipient may or may not have it. It is not sent again by itself, because
          it could then arrive twice.
        </p>
        {lastError ? <p className={classes.reason}>What happened: {lastError}</p> : null}
        <UnknownDecision message={message} />
      </Notice>
    )
  }
  if (status === 'failed') {
    return (
      <Notice tone="bad" icon={<CircleAlert size={16} />} title="Nobody received this message">
        <p>{lastError ?? 'It was found that it did not arrive.'}</p>
        {message.smtpResponse ? (
          <p className={classes.reason}>The server said: {message.smtpResponse}</p>
        ) : null}
      </Notice>
    )
  }
  if (status === 'suppressed') {
    return (
      <Notice tone="wait" icon={<Ban size={16} />} title="This message was not sent">
        <p>{lastError}</p>
      </Notice>
    )
  }
  if (status === 'queued' && lastError) {
    return (
      <Notice tone="wait" icon={<Clock size={16} />} title="This message waits for its next try">
        <p>{lastError}</p>
      </Notice>
    )
  }
  return null
}
