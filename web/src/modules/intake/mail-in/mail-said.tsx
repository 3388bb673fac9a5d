import { useQuery } from '@tanstack/react-query'
import { type LeadEvent, listLeadMailFiles } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { Status } from '../../../ui/status.tsx'
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
      {sent.length > 0 ? <SentFiles files={sent} leadId={leadId} /> : null}
    </div>
  )
}

function SentFiles({ files, leadId }: { files: readonly SentFile[]; leadId: string }) {
  const { data, isError } = useQuery(routeQuery(listLeadMailFiles, { params: { leadId } }))
  const states = new Map(data?.items.map(({ id, state }) => [id, state]))
  return (
    <ul className={classes.files}>
      {files.map(({ id, name, size }) => (
        <li key={id}>
          {isError || states.get(id) === 'ready' ? (
            <a href={`/v1/leads/${leadId}/mail-files/${id}`} download={name}>
              {name}
            </a>
          ) : (
            name
          )}{' '}
          <span className={classes.quiet}>{sizeWords(size)}</span>
          {states.get(id) === 'waiting' ? (
            <Status kind="waiting">Held back until it is scanned</Status>
          ) : null}
          {states.get(id) === 'refused' ? (
            <Status kind="failed">Something harmful was found in it</Status>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
