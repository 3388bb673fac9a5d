import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { addDoNotContact, type LegalBasis } from '#modules/crm/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './do-not-contact.module.css'
import { basisWords, namedIn, reasonChoices } from './do-not-contact-words.ts'
import { useRenewDoNotContact } from './use-do-not-contact.ts'

const AT_ONCE_MAX = 1_000
type Reason = (typeof reasonChoices)[number]['value']

/** Several addresses and domains at once, with one reason. */
export function AddPanel({ onClose }: { onClose: () => void }) {
  const renew = useRenewDoNotContact()
  const [text, setText] = useState('')
  const [reason, setReason] = useState<Reason>('manual')
  const [basis, setBasis] = useState<LegalBasis | null>(null)
  const [note, setNote] = useState('')
  const [fault, setFault] = useState<string>()
  const box = useRef<HTMLTextAreaElement>(null)
  // The panel takes the focus when it opens; what is to be typed is here.
  useEffect(() => box.current?.focus(), [])
  const act = useAct(addDoNotContact, {
    onSuccess: ({ added, known }) => {
      renew()
      onClose()
      toastDone(
        known === 0
          ? `${added === 1 ? '1 entry was' : `${added} entries were`} added.`
          : `${added} added, ${known} ${known === 1 ? 'was' : 'were'} on the list already.`,
      )
    },
  })
  useShortcuts([{ keys: 'escape', label: 'Close', group: 'Do not contact', run: onClose }])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const named = namedIn(text)
    if (named.length === 0) return setFault('Enter at least one address or domain.')
    if (named.length > AT_ONCE_MAX) return setFault(`Enter at most ${AT_ONCE_MAX} at a time.`)
    const why = { reason, ...(basis ? { legalBasis: basis } : {}), ...(note.trim() ? { note } : {}) }
    act.mutate({ body: { items: named.map(each => ({ ...each, ...why })) } })
  }
  const wrong = wrongItem(act.error, text)
  const words = act.error && !wrong ? problemWords(act.error) : undefined
  return (
    <SidePanel label="Add to the do-not-contact list" onClose={onClose}>
      <div className={classes.title}>
        <h2>Add to the list</h2>
        <p>Nothing leaves for them from now on, also not what is waiting to be sent.</p>
      </div>
      <form className={classes.block} noValidate onSubmit={submit}>
        <Textarea
          ref={box}
          label="Addresses and domains"
          description="With commas or lines between them. A domain such as example.com stands for everybody there."
          autosize
          minRows={3}
          maxRows={10}
          value={text}
          error={fault ?? wrong}
          onChange={event => {
            setFault(undefined)
            if (act.error) act.reset()
            setText(event.currentTarget.value)
          }}
        />
        <Select
          label="Reason"
          allowDeselect={false}
          data={reasonChoices}
          value={reason}
          onChange={value => value && setReason(value as Reason)}
        />
        <Select
          label="Legal basis"
          placeholder="None stated"
          clearable
          clearButtonProps={{ 'aria-label': 'No legal basis' }}
          data={Object.entries(basisWords).map(([value, label]) => ({ value, label }))}
          value={basis}
          onChange={value => setBasis(value as LegalBasis | null)}
        />
        <TextInput
          label="Note"
          maxLength={1_000}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
        />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Add to the list
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

/** Says which of the words was refused, and why: an answer points at the item by its place. */
function wrongItem(error: Error | null, text: string): string | undefined {
  for (const [place, message] of Object.entries(fieldErrors(error))) {
    const index = Number(/^items[./](\d+)/.exec(place)?.[1] ?? Number.NaN)
    const named = namedIn(text)[index]
    if (named) return `${named.email ?? named.domain}: ${message}`
  }
  return undefined
}
