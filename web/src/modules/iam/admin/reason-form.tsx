import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { problemWords } from '../../../shell/problem.ts'
import { FormAlert } from '../form-alert.tsx'
import classes from './admin.module.css'

interface ReasonFormProps {
  /** The words on the buttons, for example "Suspend". */
  label: string
  /** What follows from it. */
  consequence: string
  isPending: boolean
  error: Error | null
  onConfirm: (reason: string) => void
  onOpen: () => void
}

/** An act from outside: the button unfolds into what follows and the reason, which goes on record. */
export function ReasonForm({ label, consequence, isPending, error, onConfirm, onOpen }: ReasonFormProps) {
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  if (!isOpen) {
    const open = () => {
      onOpen()
      setOpen(true)
    }
    return (
      <Button size="xs" onClick={open}>
        {label}
      </Button>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (reason.trim() !== '') onConfirm(reason)
  }
  const words = error ? problemWords(error) : undefined
  return (
    <form className={classes.reason} noValidate onSubmit={submit}>
      <TextInput
        size="xs"
        label="Reason"
        description={`${consequence} The reason goes on record.`}
        value={reason}
        autoFocus
        maxLength={500}
        onChange={event => setReason(event.currentTarget.value)}
      />
      <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
      <div className={classes.line}>
        <Button size="xs" type="submit" variant="filled" disabled={reason.trim() === ''} loading={isPending}>
          {label}
        </Button>
        <Button size="xs" variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
