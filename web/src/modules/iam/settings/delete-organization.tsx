import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { deleteOrganization } from '#modules/iam/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useOrganization } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import classes from './organization.module.css'

/** The one act nothing brings back: it asks for the name, and the server for a fresh proof of who one is. */
export function DeleteOrganization() {
  const { name } = useOrganization()
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const act = useAct(deleteOrganization, {
    // A fresh page, so that nothing of the organization stays in memory.
    onSuccess: () => window.location.assign('/'),
  })
  const words = act.error ? problemWords(act.error) : undefined
  if (!isOpen) {
    return (
      <Button color="red" onClick={() => setOpen(true)}>
        Delete organization
      </Button>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed === name) act.mutate({ body: { name: typed } })
  }
  return (
    <form className={classes.fields} noValidate onSubmit={submit}>
      <p>
        All leads, workflows, runs, forms, messages and settings of {name} are removed, forms close and
        everybody is signed out of it. Accounts of people stay. This cannot be undone.
      </p>
      <TextInput
        label={`Type ${name} to confirm`}
        value={typed}
        autoComplete="off"
        autoFocus
        onChange={event => {
          act.reset()
          setTyped(event.currentTarget.value)
        }}
      />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={classes.save}>
        <Button type="submit" variant="filled" color="red" disabled={typed !== name} loading={act.isPending}>
          Delete {name}
        </Button>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Keep it
        </Button>
      </div>
    </form>
  )
}
