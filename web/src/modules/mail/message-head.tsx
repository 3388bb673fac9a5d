import { Link } from '@tanstack/react-router'
import { ArrowUpRight } from 'lucide-react'
import type { MailAddress, Message } from '#modules/mail/contract.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Status } from '../../ui/status.tsx'
import { exactTime } from '../../ui/time.ts'
import classes from './message.module.css'
import { recordLinks, statusWords } from './message-words.ts'

function Person({ person }: { person: MailAddress }) {
  return (
    <span className={classes.person}>
      {person.name ? <span className={classes.personName}>{person.name}</span> : null}
      <span className={person.name ? classes.address : undefined}>{person.address}</span>
    </span>
  )
}

/** The few headers a person reads, and the records the message is about. */
export function MessageHead({ message, wide }: { message: Message; wide: boolean }) {
  const status = statusWords(message)
  const at = message.sentAt ?? message.createdAt
  const links = recordLinks(message)
  // Beside the list the page has its heading already.
  const Heading = wide ? 'h2' : 'h1'
  return (
    <header className={classes.head}>
      <div className={classes.titleLine}>
        <Heading className={classes.subject}>{message.subject || 'No subject'}</Heading>
        <span className={classes.status}>
          <Status kind={status.kind}>{status.word}</Status>
        </span>
      </div>
      <dl className={classes.headers}>
        <dt>From</dt>
        <dd>
          <Person person={message.from} />
        </dd>
        <dt>To</dt>
        <dd>
          {message.to.map(person => (
            <Person key={person.address} person={person} />
          ))}
        </dd>
        <dt>Date</dt>
        <dd>
          {exactTime(Date.parse(at))}{' '}
          <span className={classes.ago}>
            <RelativeTime at={at} />
          </span>
        </dd>
      </dl>
      {links.length > 0 ? (
        <ul className={classes.links}>
          {links.map(link => (
            <li key={link.to}>
              <Link to={link.to} className={classes.link}>
                {link.label}
                <ArrowUpRight size={14} aria-hidden="true" />
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </header>
  )
}
