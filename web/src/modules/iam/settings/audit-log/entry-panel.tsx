import { Button } from '@mantine/core'
import type { AuditEntry } from '#modules/iam/contract.ts'
import { CopyText } from '../../../../ui/copy-text.tsx'
import { Facts } from '../../../../ui/facts.tsx'
import { SidePanel } from '../../../../ui/side-panel.tsx'
import { exactTime } from '../../../../ui/time.ts'
import members from '../members/members.module.css'
import classes from './audit-log.module.css'
import { actionWords, changesOf, type FieldChange, objectWords } from './entry-words.ts'
import type { AuditSearch } from './use-audit-log.ts'

interface EntryPanelProps {
  entry: AuditEntry
  onClose: () => void
  onPrevious: (() => void) | undefined
  onNext: (() => void) | undefined
  /** Narrows the log behind the panel. */
  onNarrow: (search: AuditSearch) => void
}

/** An entry over the log: who did what, what it was before and after, from where. */
export function EntryPanel({ entry, onClose, onPrevious, onNext, onNarrow }: EntryPanelProps) {
  const { actor, object } = entry
  const changes = changesOf(entry)
  return (
    <SidePanel label={`Entry ${entry.number}`} onClose={onClose} onPrevious={onPrevious} onNext={onNext}>
      <div className={members.title}>
        <h2>{actionWords(entry.action)}</h2>
        <p>Entry {entry.number}</p>
      </div>
      <div className={members.block}>
        <Facts
          items={[
            { label: 'Who', value: actor.name },
            { label: 'Object', value: objectWords(entry) },
            { label: 'When', value: exactTime(Date.parse(entry.at)) },
            { label: 'From', value: entry.address ?? 'Inside Millrace' },
            ...(entry.userAgent ? [{ label: 'With', value: entry.userAgent }] : []),
            { label: 'Action', value: <code>{entry.action}</code> },
          ]}
        />
        <div className={members.acts}>
          {actor.id ? (
            <Button size="xs" onClick={() => onNarrow({ actor: actor.id ?? undefined })}>
              All of this actor
            </Button>
          ) : null}
          <Button size="xs" onClick={() => onNarrow({ objectType: object.type, objectId: object.id })}>
            All about this object
          </Button>
        </div>
      </div>
      {changes.length > 0 ? (
        <section className={members.block} aria-label="Details">
          <h3>{entry.before && entry.after ? 'What changed' : 'Details'}</h3>
          <Facts items={changes.map(change => ({ label: change.label, value: <Change {...change} /> }))} />
        </section>
      ) : null}
      <section className={members.block} aria-label="Proof">
        <h3>Proof</h3>
        <Facts
          items={[
            { label: 'Hash', value: <span className={classes.hash}>{entry.hash}</span> },
            { label: 'Hash before', value: <span className={classes.hash}>{entry.previousHash}</span> },
            { label: 'Request', value: <CopyText label="Request id" text={entry.requestId} /> },
          ]}
        />
      </section>
    </SidePanel>
  )
}

function Change({ before, after }: FieldChange) {
  return (
    <span className={classes.change}>
      {before === undefined ? null : <span className={classes.before}>{before}</span>}
      {before !== undefined && after !== undefined ? <span aria-hidden="true">→</span> : null}
      {after === undefined ? null : <span>{after}</span>}
    </span>
  )
}
