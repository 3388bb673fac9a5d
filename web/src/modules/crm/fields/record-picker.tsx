import { Loader, Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { createCompany } from '#modules/crm/contract.ts'
import { call, newKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import type { FieldEditorProps } from './field-editor.tsx'
import { relatedOf } from './field-words.ts'
import { PickerFrame, useOnce } from './option-pickers.tsx'
import { useRecordSearch } from './use-record-search.ts'

const NOTHING = ''
const NEW = 'new'

/** Finds a record by its name, or makes a company of that name; choosing saves it as `{ id, name }`. */
export function RecordPicker({ field, value, error, onSave, onClose, onTab }: FieldEditorProps) {
  const current = relatedOf(value)
  const [search, setSearch] = useState(current?.name ?? '')
  const [making, setMaking] = useState<{ key: string; name: string }>()
  const [failure, setFailure] = useState<unknown>()
  const control = useRef<HTMLInputElement>(null)
  const close = useOnce(onClose)
  useEffect(() => control.current?.select(), [])
  const text = (current !== undefined && search === current.name ? '' : search).trim()
  const { found, error: searchError, isPending } = useRecordSearch(field.relatesTo, text)
  const mayMake = useMay('companies:write') && field.relatesTo === 'company'
  const make = async (name: string) => {
    // A second try of the same name repeats the same act, should the answer to the first have been lost.
    const act = making?.name === name ? making : { key: newKey(), name }
    setMaking(act)
    setFailure(undefined)
    try {
      const made = await call(createCompany, { body: { name } }, { idempotencyKey: act.key })
      onSave({ id: made.id, name: made.name })
      close.run()
    } catch (refused) {
      setFailure(refused)
      setMaking(undefined)
    }
  }
  const choose = (chosen: string) => {
    if (close.isDone() || making) return
    if (chosen === NEW) {
      void make(text)
      return
    }
    const record = found.find(each => each.id === chosen)
    if (chosen === NOTHING) onSave(null)
    else if (record && record.id !== current?.id) onSave({ id: record.id, name: record.name })
    close.run()
  }
  const options = found.map(({ id, name, hint }) => ({ value: id, label: hint ? `${name} · ${hint}` : name }))
  if (current && !options.some(option => option.value === current.id)) {
    options.unshift({ value: current.id, label: current.name })
  }
  const isKnown = found.some(({ name }) => name.toLocaleLowerCase() === text.toLocaleLowerCase())
  if (mayMake && text !== '' && !isKnown && !isPending)
    options.push({ value: NEW, label: `Create “${text}”` })
  if (current && text === '' && !field.isRequired) options.push({ value: NOTHING, label: 'Nothing' })
  const wrong = failure ?? searchError
  return (
    <PickerFrame onEscape={close.run} onLeave={close.run} onTab={onTab}>
      <Select
        ref={control}
        aria-label={field.label}
        placeholder="Search by name"
        data={options}
        // With a value, a list that arrives would write that value's label over what is being typed.
        value={null}
        searchValue={search}
        error={error ?? (wrong ? problemWords(wrong).what : undefined)}
        searchable
        defaultDropdownOpened
        selectFirstOptionOnChange
        rightSection={making ? <Loader size={14} /> : undefined}
        // The server has searched already.
        filter={({ options: all }) => all}
        nothingFoundMessage={isPending ? 'Searching' : 'Nothing found'}
        maxDropdownHeight={280}
        onSearchChange={setSearch}
        onOptionSubmit={choose}
        onBlur={() => {
          if (!making) close.run()
        }}
      />
    </PickerFrame>
  )
}
