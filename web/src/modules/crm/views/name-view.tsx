import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Choice } from '../../../ui/choice.tsx'
import classes from './views.module.css'

interface NameViewProps {
  title: string
  name: string
  /** Offers to choose who uses it. */
  mayShare?: boolean
  onClose: () => void
  onSave: (name: string, visibility: 'personal' | 'shared') => void
}

/** Asks for the name of a view, and who uses it. */
export function NameView({ title, name, mayShare = false, onClose, onSave }: NameViewProps) {
  const [typed, setTyped] = useState(name)
  const [visibility, setVisibility] = useState<'personal' | 'shared'>('personal')
  const save = () => {
    if (typed.trim() === '') return
    onSave(typed.trim(), visibility)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={title} size="sm" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        className={classes.form}
        onSubmit={event => {
          event.preventDefault()
          save()
        }}
      >
        <TextInput
          label="Name"
          value={typed}
          maxLength={100}
          data-autofocus
          onChange={event => setTyped(event.currentTarget.value)}
        />
        {mayShare ? (
          <Choice
            label="Who uses it"
            options={[
              { value: 'personal', label: 'Only me' },
              { value: 'shared', label: 'Everybody' },
            ]}
            value={visibility}
            onChange={setVisibility}
          />
        ) : null}
        <div className={classes.acts}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="filled" type="submit" disabled={typed.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}
