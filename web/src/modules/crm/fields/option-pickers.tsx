import { Combobox, Pill, PillsInput, Select, useCombobox } from '@mantine/core'
import { Check } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { FieldEditorProps } from './field-editor.tsx'
import { optionLabel, textsOf } from './field-words.ts'
import classes from './fields.module.css'

const NOTHING = ''

interface PickerFrameProps {
  /** Leaves everything as it is. */
  onEscape: () => void
  /** What Tab does before it goes on. */
  onLeave: () => void
  onTab: FieldEditorProps['onTab']
  children: ReactNode
}

/** Hears Esc before whatever stands around the editor does, and Tab. */
export function PickerFrame({ onEscape, onLeave, onTab, children }: PickerFrameProps) {
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onEscape()
    } else if (event.key === 'Tab' && onTab) {
      event.preventDefault()
      onLeave()
      onTab(event.shiftKey)
    }
  }
  return (
    <div className={classes.editor} onKeyDownCapture={press}>
      {children}
    </div>
  )
}

/** Calls something once, however often it is asked to: choosing, leaving and closing come together. */
export function useOnce(act: () => void): { run: () => void; isDone: () => boolean } {
  const done = useRef(false)
  return {
    run: () => {
      if (done.current) return
      done.current = true
      act()
    },
    isDone: () => done.current,
  }
}

interface ChoicePickerProps extends FieldEditorProps {
  /** Hears what is searched for, where the options come from the server. */
  onSearch?: ((text: string) => void) | undefined
  /** The word for no value. */
  nothing?: string | undefined
}

/** Chooses one of the options of a field; choosing saves. */
export function ChoicePicker({
  field,
  value,
  error,
  onSave,
  onClose,
  onTab,
  onSearch,
  nothing = 'Nothing',
}: ChoicePickerProps) {
  const control = useRef<HTMLInputElement>(null)
  const close = useOnce(onClose)
  useEffect(() => control.current?.select(), [])
  const current = typeof value === 'string' ? value : NOTHING
  const choose = (chosen: string) => {
    if (close.isDone()) return
    if (chosen !== current) onSave(chosen === NOTHING ? null : chosen)
    close.run()
  }
  const options = (field.options ?? [])
    .filter(option => !option.isArchived || option.value === current)
    .map(({ value: word, label }) => ({ value: word, label }))
  // What is stored stays to be seen when it is no longer offered.
  if (current !== NOTHING && !options.some(option => option.value === current)) {
    options.unshift({ value: current, label: optionLabel(field, current) })
  }
  return (
    <PickerFrame onEscape={close.run} onLeave={close.run} onTab={onTab}>
      <Select
        ref={control}
        aria-label={field.label}
        placeholder={current === NOTHING ? 'Choose' : optionLabel({ options }, current)}
        data={field.isRequired ? options : [...options, { value: NOTHING, label: nothing }]}
        // Where options arrive later, a value's label would be written over what is being typed.
        value={current === NOTHING || onSearch ? null : current}
        error={error}
        searchable
        defaultDropdownOpened
        selectFirstOptionOnChange
        nothingFoundMessage="No such choice"
        maxDropdownHeight={280}
        {...(onSearch ? { onSearchChange: onSearch } : {})}
        onOptionSubmit={choose}
        onBlur={close.run}
      />
    </PickerFrame>
  )
}

/** Chooses several; leaving, Tab and Enter save. Without options, any text is one: tags. */
export function ChoicesPicker({ field, value, error, onSave, onClose, onTab }: FieldEditorProps) {
  const [chosen, setChosen] = useState<readonly string[]>(() => textsOf(value))
  const [search, setSearch] = useState('')
  const control = useRef<HTMLInputElement>(null)
  const close = useOnce(onClose)
  const combobox = useCombobox({ defaultOpened: true })
  useEffect(() => control.current?.focus(), [])
  const isFree = (field.options ?? []).length === 0
  const finish = () => {
    if (close.isDone()) return
    const typed = search.trim()
    const after = isFree && typed !== '' && !has(chosen, typed) ? [...chosen, typed] : chosen
    if (JSON.stringify(after) !== JSON.stringify(textsOf(value))) onSave(after)
    close.run()
  }
  const toggle = (word: string) => {
    setSearch('')
    setChosen(before => (has(before, word) ? before.filter(other => other !== word) : [...before, word]))
  }
  const add = (word: string) => {
    setSearch('')
    setChosen(before => (has(before, word) ? before : [...before, word]))
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const isEnter = event.key === 'Enter'
    if (event.key === 'Backspace' && search === '') setChosen(chosen.slice(0, -1))
    else if (isFree && search.trim() !== '' && (isEnter || event.key === ',')) {
      event.preventDefault()
      add(search.trim())
    } else if (
      isEnter &&
      search === '' &&
      (isFree || !combobox.dropdownOpened || combobox.getSelectedOptionIndex() < 0)
    ) {
      event.preventDefault()
      finish()
    }
  }
  const found = (field.options ?? []).filter(
    option =>
      (!option.isArchived || chosen.includes(option.value)) &&
      option.label.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase()),
  )
  return (
    <PickerFrame onEscape={close.run} onLeave={finish} onTab={onTab}>
      <Combobox store={combobox} onOptionSubmit={toggle}>
        <Combobox.DropdownTarget>
          <PillsInput error={error} onClick={() => control.current?.focus()}>
            <Pill.Group>
              {chosen.map(each => (
                <Pill
                  key={each}
                  withRemoveButton
                  removeButtonProps={{ 'aria-label': `Remove ${optionLabel(field, each)}`, tabIndex: -1 }}
                  onRemove={() => toggle(each)}
                >
                  {optionLabel(field, each)}
                </Pill>
              ))}
              <Combobox.EventsTarget>
                <PillsInput.Field
                  ref={control}
                  aria-label={field.label}
                  value={search}
                  onChange={event => {
                    setSearch(event.currentTarget.value)
                    combobox.updateSelectedOptionIndex()
                  }}
                  onKeyDownCapture={press}
                  onBlur={finish}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
        </Combobox.DropdownTarget>
        {isFree ? null : (
          <Combobox.Dropdown>
            <Combobox.Options aria-label={field.label}>
              {found.map(option => (
                <Combobox.Option
                  key={option.value}
                  value={option.value}
                  active={chosen.includes(option.value)}
                  className={classes.option}
                >
                  {option.label}
                  {chosen.includes(option.value) ? <Check size={14} aria-hidden="true" /> : null}
                </Combobox.Option>
              ))}
              {found.length === 0 ? <Combobox.Empty>No such choice</Combobox.Empty> : null}
            </Combobox.Options>
          </Combobox.Dropdown>
        )}
      </Combobox>
    </PickerFrame>
  )
}

function has(words: readonly string[], word: string): boolean {
  return words.some(other => other.toLocaleLowerCase() === word.toLocaleLowerCase())
}
