import type { LeadEvent } from '#modules/intake/contract.ts'
import classes from './mail-in.module.css'
import { sizeWords } from './mail-words.ts'

interface SentFile {
  readonly id: string
  readonly name: string
  readonly size: number
}

const isFile = (value: unknown): value is SentFile =>
  typeof value === 'object' && value !== null && 'id' in value && 'name' in value && 'size' in value

/** What a lead wrote and what came along, as far as the entry in its history says. */
export function MailSaid({ event, leadId }: { event: LeadEvent; leadId: string }) {
  const { text, note, forwardedBy, files } = event.metadata
  const sent = Array.isArray(files) ? files.filter(isFile) : []
  return (
    <div className={classes.stack}>
      {typeof text === 'string' && text !== '' ? <p className={classes.text}>{text}</p> : null}
      {typeof forwardedBy === 'string' ? (
        <p className={classes.quiet}>
          Passed on by {forwardedBy}
          {typeof note === 'string' && note !== '' ? `: ${note}` : ''}
        </p>
      ) : null}
      {sent.length > 0 ? (
        <ul className={classes.files}>
          {sent.map(({ id, name, size }) => (
            <li key={id}>
              <a href={`/v1/leads/${leadId}/mail-files/${id}`} download={name}>
                {name}
              </a>{' '}
              <span className={classes.quiet}>{sizeWords(size)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
