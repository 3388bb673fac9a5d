import { Button, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type DoNotContact, endDoNotContact } from '#modules/crm/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { RecordHeader } from '../../../ui/record-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './do-not-contact.module.css'
import { basisWords, reasonWords } from './do-not-contact-words.ts'
import { useRenewDoNotContact } from './use-do-not-contact.ts'

/** One entry over the list: why it is there, and the way off it. */
export function EntryPanel({ entry, onClose }: { entry: DoNotContact; onClose: () => void }) {
  const mayEnd = useMay('organization:manage')
  useShortcuts([{ keys: 'escape', label: 'Close the entry', group: 'Do not contact', run: onClose }])
  const name = entry.value ?? 'An erased person'
  return (
    <SidePanel label={name} onClose={onClose}>
      <RecordHeader name={name} subtitle={reasonWords[entry.reason]} />
      <div className={classes.block}>
        <Facts
          items={[
            {
              label: 'Refuses',
              value: entry.kind === 'domain' ? 'Everybody at this domain' : 'This address',
            },
            { label: 'Since', value: <RelativeTime at={entry.createdAt} /> },
            { label: 'Came from', value: entry.source },
            { label: 'Legal basis', value: entry.legalBasis ? basisWords[entry.legalBasis] : 'None stated' },
            ...(entry.note ? [{ label: 'Note', value: entry.note }] : []),
          ]}
        />
      </div>
      {entry.value === null ? (
        <div className={classes.block}>
          <p>This refusal stays: the person was erased, and nobody can be asked any more.</p>
        </div>
      ) : mayEnd ? (
        <EndForm entry={entry} onEnd={onClose} />
      ) : null}
    </SidePanel>
  )
}

function EndForm({ entry, onEnd }: { entry: DoNotContact; onEnd: () => void }) {
  const renew = useRenewDoNotContact()
  const [note, setNote] = useState('')
  const act = useAct(endDoNotContact, {
    onSuccess: () => {
      renew()
      onEnd()
      toastDone(`${entry.value} is off the list.`)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (note.trim()) act.mutate({ params: { entryId: entry.id }, body: { note } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <form className={classes.block} noValidate onSubmit={submit} aria-label="Take off the list">
      <Textarea
        label="Take off the list"
        description="Say why mail may be sent again. The entry and your words stay on record."
        autosize
        minRows={2}
        maxLength={1_000}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
      />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div>
        <Button type="submit" disabled={note.trim() === ''} loading={act.isPending}>
          Take off the list
        </Button>
      </div>
    </form>
  )
}
