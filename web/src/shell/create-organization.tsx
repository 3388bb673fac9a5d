import { Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { createOrganization } from '#modules/iam/contract.ts'
import { FormAlert } from '../modules/iam/form-alert.tsx'
import classes from './create-organization.module.css'
import { fieldErrors, problemWords } from './problem.ts'
import { switchTo } from './switch-organization.ts'
import { useAct } from './use-act.ts'

/** Another organization of the signed-in person, which is opened at once. */
export function CreateOrganization({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const act = useAct(createOrganization, { onSuccess: switchTo })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') act.mutate({ body: { name, timeZone } })
  }
  const refused = fieldErrors(act.error)
  const words = act.error && !refused.name ? problemWords(act.error) : undefined
  return (
    <Modal
      opened
      onClose={onClose}
      title="Create an organization"
      size="24rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className={classes.form} noValidate onSubmit={submit}>
        <TextInput
          label="Name"
          description="Your company or team. You become its owner; nothing is shared with your other organizations."
          value={name}
          error={refused.name}
          data-autofocus
          autoComplete="organization"
          onChange={event => {
            act.reset()
            setName(event.currentTarget.value)
          }}
        />
        <FormAlert>{words ? [words.what, words.next].filter(Boolean).join(' ') : null}</FormAlert>
        <Button
          type="submit"
          variant="filled"
          fullWidth
          disabled={name.trim() === ''}
          loading={act.isPending}
        >
          Create
        </Button>
      </form>
    </Modal>
  )
}
