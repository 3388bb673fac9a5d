import { Button, Input, NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { Ellipsis, Plus, Search, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Check } from '../ui/check.tsx'
import { Choice } from '../ui/choice.tsx'
import { FormField } from '../ui/form-field.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { InlineConfirm } from '../ui/inline-confirm.tsx'
import { toastDone } from '../ui/toast-store.ts'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'

/** Labelled fields in every state. */
export function FieldSection() {
  return (
    <Sample name="Fields">
      <div className={classes.grid}>
        <TextInput label="Name" placeholder="Acme Corp" />
        <TextInput
          label="Work e-mail"
          defaultValue="ada@analytical.example"
          description="Never shown to others."
        />
        <TextInput
          label="Work e-mail"
          defaultValue="ada@"
          error="Enter an e-mail address like name@example.com."
        />
        <TextInput label="Slug" defaultValue="acme" disabled description="Fixed once the form is public." />
        <PasswordInput
          label="Password"
          defaultValue="correct horse"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        />
        <NumberInput label="Budget" defaultValue={12000} thousandSeparator="," suffix=" €" hideControls />
        <Select
          label="Status"
          defaultValue="Qualified"
          data={['New', 'Qualified', 'Booked', 'Won', 'Lost']}
        />
        <Textarea label="Note" placeholder="What did they say?" rows={3} />
        <FormField label="Any control" hint="Label, hint and error belong to it." required={false}>
          {control => <input {...control} type="range" />}
        </FormField>
        <FormField label="With an error" error="Choose a day in the future.">
          {control => <Input {...control} error type="date" />}
        </FormField>
      </div>
    </Sample>
  )
}

/** Buttons and choices. */
export function ControlSection() {
  const [view, setView] = useState<'table' | 'board' | 'calendar'>('table')
  return (
    <Sample name="Controls">
      <Part name="Buttons">
        <div className={classes.row}>
          <Button variant="filled" leftSection={<Plus size={16} />}>
            New workflow
          </Button>
          <Button>Secondary</Button>
          <Button variant="light">Selected</Button>
          <Button variant="subtle">Quiet</Button>
          <Button variant="filled" color="red">
            Delete
          </Button>
          <Button variant="filled" loading>
            Saving
          </Button>
          <Button disabled>Not now</Button>
          <Button size="xs">Small</Button>
          <IconButton label="Search" keys="/">
            <Search size={16} />
          </IconButton>
          <IconButton label="More">
            <Ellipsis size={16} />
          </IconButton>
          <InlineConfirm
            label="Delete form"
            consequence="Removes 214 answers for good."
            icon={<Trash2 size={14} />}
            onConfirm={() => toastDone('The form is gone.')}
          />
        </div>
      </Part>
      <Part name="Choices">
        <div className={classes.row}>
          <Choice
            label="View"
            value={view}
            onChange={setView}
            options={[
              { value: 'table', label: 'Table' },
              { value: 'board', label: 'Board' },
              { value: 'calendar', label: 'Calendar' },
            ]}
          />
          <Switch label="Active" defaultChecked />
          <Switch label="Tracking" />
          <Check aria-label="Off" />
          <Check aria-label="On" defaultChecked />
          <Check aria-label="Some" mixed />
        </div>
      </Part>
    </Sample>
  )
}
