import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { Check, ChevronsUpDown } from 'lucide-react'
import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Named } from '#modules/flow/contract.ts'
import classes from './named-input.module.css'
import { namedWords, writtenProblem } from './named-words.ts'
import { TemplateInput, type TemplateInputProps } from './template-input.tsx'
import { InsertButton } from './template-parts.tsx'
import { type Found, useCalled, useFound } from './use-named.ts'

interface NamedInputProps extends Pick<TemplateInputProps, 'control' | 'value' | 'onChange'> {
  names: Named
  isReadOnly: boolean
  /** Whether something else may stand there than what is chosen; it may unless said otherwise. */
  isFree?: boolean | undefined
}

const SHOWN_MAX = 60

/**
 * Names something of the organization: chosen from what fits what is typed, shown by its name and kept by its id. Two braces or
 * the button make it a text with placeholders instead, which each run fills in.
 */
export function NamedInput(props: NamedInputProps) {
  const { control, names, value, onChange, isReadOnly, isFree = true } = props
  const [writing, setWriting] = useState<'opened' | 'typed'>()
  const [isBack, setBack] = useState(false)
  if (writing === undefined && !value.includes('{{')) {
    return (
      <Chooser
        control={control}
        names={names}
        value={value}
        isReadOnly={isReadOnly}
        isFree={isFree}
        isFocused={isBack}
        onChange={next => {
          if (next.includes('{{')) setWriting('typed')
          onChange(next)
        }}
        onWrite={() => {
          setWriting('opened')
          onChange('')
        }}
      />
    )
  }
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setWriting(undefined)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears when the keyboard leaves what is inside
    <div onBlur={leave}>
      <TemplateInput
        control={control}
        value={value}
        isReadOnly={isReadOnly}
        begins={writing}
        onChange={onChange}
      />
      {isReadOnly ? null : (
        <button
          type="button"
          className={classes.instead}
          onClick={() => {
            onChange('')
            setWriting(undefined)
            setBack(true)
          }}
        >
          {`Choose ${namedWords(names).one} instead`}
        </button>
      )}
    </div>
  )
}

interface ChooserProps extends NamedInputProps {
  isFree: boolean
  isFocused: boolean
  onWrite: () => void
}

function Chooser(props: ChooserProps) {
  const { control, names, value, onChange, isReadOnly, isFree, isFocused, onWrite } = props
  const [typed, setTyped] = useState<string>()
  const [picked, setPicked] = useState<Found>()
  const field = useRef<HTMLInputElement>(null)
  const combobox = useCombobox({
    // The arrow keys go on from what is chosen.
    onDropdownOpen: () => combobox.updateSelectedOptionIndex('active', { scrollIntoView: true }),
    onDropdownClose: () => combobox.resetSelectedOption(),
  })
  const isOpen = combobox.dropdownOpened
  const { ask, none } = namedWords(names)
  const known = useCalled(names, value)
  // What was just chosen is called as it was in the list, before its name is asked for.
  const called = picked?.value === value ? picked.label : known
  const { found, isPending } = useFound(names, typed ?? '', isOpen)
  const shown = found.slice(0, SHOWN_MAX)
  const isGone = called === null && typed === undefined
  const problem = isOpen || typed !== undefined ? undefined : writtenProblem(names, called ?? '')
  const problemId = `${control.id ?? `${names}-choice`}-written`
  const first = shown[0]?.value
  const selectFirst = useRef(combobox.selectFirstOption)
  selectFirst.current = combobox.selectFirstOption
  useEffect(() => {
    // What was typed is about the first that fits; an empty field is about nothing yet.
    if (isOpen && typed !== undefined && typed.trim() !== '' && first !== undefined) selectFirst.current()
  }, [isOpen, typed, first])
  useEffect(() => {
    if (isFocused) field.current?.focus()
  }, [isFocused])
  const leave = () => {
    const wanted = typed?.trim().toLocaleLowerCase()
    const isSame = (text: string | undefined) => text?.toLocaleLowerCase() === wanted
    const same = wanted ? found.filter(({ label, hint }) => isSame(label) || isSame(hint)) : []
    if (same.length === 1 && same[0] && !isPending) onChange(same[0].value)
    setTyped(undefined)
    combobox.closeDropdown()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') event.preventDefault()
    if (event.ctrlKey && event.key === ' ' && !isReadOnly && isFree) {
      event.preventDefault()
      onWrite()
    }
    if (event.key !== 'Escape' || !isOpen) return
    // The list closes first; what was typed stays, as it does in every other field.
    event.preventDefault()
    leave()
  }
  return (
    <div className={classes.whole}>
      <Combobox
        store={combobox}
        readOnly={isReadOnly}
        onOptionSubmit={chosen => {
          onChange(chosen)
          setPicked(shown.find(option => option.value === chosen))
          setTyped(undefined)
          combobox.closeDropdown()
        }}
      >
        <Combobox.Target withExpandedAttribute>
          <TextInput
            {...control}
            {...(problem
              ? { 'aria-describedby': [control['aria-describedby'], problemId].filter(Boolean).join(' ') }
              : {})}
            ref={field}
            classNames={{ input: classes.input ?? '' }}
            aria-autocomplete="list"
            spellCheck={false}
            readOnly={isReadOnly}
            error={control['aria-invalid']}
            data-gone={isGone || undefined}
            placeholder={called === undefined ? 'Looking up its name' : ask}
            value={typed ?? (isGone ? 'Not there any more, or not yours to see' : (called ?? ''))}
            onFocus={event => {
              event.currentTarget.select()
            }}
            onClick={() => {
              if (!isReadOnly) combobox.openDropdown()
            }}
            onKeyDown={press}
            onBlur={leave}
            onChange={event => {
              const text = event.currentTarget.value
              setTyped(text)
              if (isFree || text === '') onChange(text)
              combobox.openDropdown()
            }}
            rightSectionWidth={isReadOnly || !isFree ? 32 : 56}
            rightSection={
              isReadOnly ? null : (
                <span className={classes.end}>
                  {isFree ? <InsertButton onInsert={onWrite} /> : null}
                  <ChevronsUpDown className={classes.chevron} size={14} aria-hidden="true" />
                </span>
              )
            }
            rightSectionPointerEvents="none"
          />
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Options aria-label={ask} className={classes.options ?? ''}>
            {shown.map(option => (
              <Combobox.Option
                key={option.value}
                value={option.value}
                active={option.value === value}
                className={classes.option ?? ''}
              >
                <span className={classes.name}>{option.label}</span>
                {option.hint ? <span className={classes.hint}>{option.hint}</span> : null}
                {option.value === value ? <Check size={14} aria-hidden="true" /> : null}
              </Combobox.Option>
            ))}
            {shown.length === 0 ? (
              <Combobox.Empty className={classes.empty ?? ''}>
                {isPending ? 'Searching' : typed ? none : 'There is none yet.'}
              </Combobox.Empty>
            ) : null}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {problem ? (
        <p id={problemId} className={classes.problem}>
          {problem}
        </p>
      ) : null}
    </div>
  )
}
