import { Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { problemWords } from '../../../shell/problem.ts'
import type { FieldEditorProps } from './field-editor.tsx'
import { relatedOf } from './field-words.ts'
import { PickerFrame, useOnce } from './option-pickers.tsx'
import { useRecordSearch } from './use-record-search.ts'

const NOTHING = ''

/** Finds a record by its name; choosing saves it as `{ id, name }`. */
export function RecordPicker({ field, value, error, onSave, onClose, onTab }: FieldEditorProps) {
  const current = relatedOf(value)
  const [search, setSearch] = useState('')
  const control = useRef<HTMLInputElement>(null)
  const close = useOnce(onClose)
  useEffect(() => control.current?.select(), [])
  const {
    found,
    error: failure,
    isPending,
  } = useRecordSearch(field.relatesTo, search === current?.name ? '' : search)
  const choose = (chosen: string) => {
    if (close.isDone()) return
    const record = found.find(each => each.id === chosen)
    if (chosen === NOTHING) onSave(null)
    else if (record && record.id !== current?.id) onSave({ id: record.id, name: record.name })
    close.run()
  }
  const options = found.map(({ id, name, hint }) => ({ value: id, label: hint ? `${name} · ${hint}` : name }))
  if (current && !options.some(option => option.value === current.id)) {
    options.unshift({ value: current.id, label: current.name })
  }
  return (
    <PickerFrame onEscape={close.run} onLeave={close.run} onTab={onTab}>
      <Select
        ref={control}
        aria-label={field.label}
        placeholder="Search by name"
        data={field.isRequired || !current ? options : [...options, { value: NOTHING, label: 'Nothing' }]}
        value={current?.id ?? null}
        error={error ?? (failure ? problemWords(failure).what : undefined)}
        searchable
        defaultDropdownOpened
        selectFirstOptionOnChange
        // The server has searched already, and knows accents and addresses.
        filter={({ options: all }) => all}
        nothingFoundMessage={isPending ? 'Searching' : 'Nothing found'}
        maxDropdownHeight={280}
        onSearchChange={setSearch}
        onOptionSubmit={choose}
        onBlur={close.run}
      />
    </PickerFrame>
  )
}
