import { Link } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import type { MessageSummary } from '#modules/mail/contract.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Status } from '../../ui/status.tsx'
import classes from './message-list.module.css'
import { otherEnd, statusWords } from './message-words.ts'

interface MessageRowProps {
  message: MessageSummary
  open: boolean
  tabStop: boolean
  arrived: boolean
  onFocus: () => void
  onKeyDown: (event: KeyboardEvent, id: string) => void
}

/** One message of the list: to whom, about what, how it begins; its status when it is not simply sent. */
export function MessageRow({ message, open, tabStop, arrived, onFocus, onKeyDown }: MessageRowProps) {
  const status = statusWords(message)
  return (
    <li className={classes.item}>
      <Link
        to="/mailbox/$messageId"
        params={{ messageId: message.id }}
        search={true}
        className={classes.row}
        data-message={message.id}
        data-arrived={arrived}
        aria-current={open ? 'true' : undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={onFocus}
        onKeyDown={event => onKeyDown(event, message.id)}
      >
        <span className={classes.top}>
          <span className={classes.who}>{otherEnd(message)}</span>
          <span className={classes.time}>
            <RelativeTime at={message.sentAt ?? message.createdAt} />
          </span>
        </span>
        <span className={classes.top}>
          <span className={classes.subject}>{message.subject || 'No subject'}</span>
          {status.quiet ? null : (
            <span className={classes.status}>
              <Status kind={status.kind}>{status.word}</Status>
            </span>
          )}
        </span>
        <span className={classes.preview}>{message.preview || 'No text'}</span>
      </Link>
    </li>
  )
}
