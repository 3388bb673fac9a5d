import { Button, Menu, TextInput } from '@mantine/core'
import { Archive, ArchiveRestore, Plus, X } from 'lucide-react'
import { useRef } from 'react'
import { OptionColor } from '#modules/crm/contract.ts'
import { Dot } from '../../../ui/dot.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import classes from './custom-fields.module.css'
import { newOption, type OptionRow } from './field-draft.ts'

const colorWords: Readonly<Record<OptionColor, string>> = {
  neutral: 'Grey',
  accent: 'Teal',
  info: 'Blue',
  good: 'Green',
  wait: 'Amber',
  bad: 'Red',
}

interface OptionsEditorProps {
  options: readonly OptionRow[]
  /** The values that records hold: these can be archived only. */
  held: ReadonlySet<string>
  error: string | undefined
  onChange: (options: readonly OptionRow[]) => void
}

/** What a select can be: words, colors and their order. Enter goes on with the next, several lines are taken at once. */
export function OptionsEditor({ options, held, error, onChange }: OptionsEditorProps) {
  const list = useRef<HTMLDivElement>(null)
  const change = (id: string, next: Partial<OptionRow>) =>
    onChange(options.map(option => (option.id === id ? { ...option, ...next } : option)))
  const focusOn = (id: string) =>
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLInputElement>(`[data-option="${CSS.escape(id)}"]`)?.focus(),
    )
  /** Puts options behind another one, whose label may be another by now; at the end when there is none. */
  const addAfter = (before: OptionRow | undefined, labels: readonly string[]) => {
    const added = labels.map(label => newOption(label))
    const at = before ? options.findIndex(({ id }) => id === before.id) : options.length
    onChange(options.toSpliced(at, 1, ...(before ? [before] : []), ...added))
    const last = added.at(-1)
    if (last) focusOn(last.id)
  }
  const remove = (option: OptionRow) => {
    const at = options.indexOf(option)
    onChange(options.filter(each => each !== option))
    const neighbour = options[at - 1] ?? options[at + 1]
    if (neighbour) focusOn(neighbour.id)
  }
  return (
    <div ref={list} className={classes.options}>
      <p className={classes.label}>Options</p>
      {error ? (
        <p className={classes.error} role="alert">
          {error}
        </p>
      ) : null}
      <SortList
        label="Options"
        items={options}
        idOf={option => option.id}
        nameOf={option => option.label || 'the new option'}
        onSort={onChange}
      >
        {option => (
          <OptionLine
            option={option}
            onChange={next => change(option.id, next)}
            onEnter={() => addAfter(option, [''])}
            onPaste={([first = '', ...others]) =>
              addAfter({ ...option, label: option.label + first }, others)
            }
            onRemove={
              option.value === undefined || !held.has(option.value) ? () => remove(option) : undefined
            }
          />
        )}
      </SortList>
      <div>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => addAfter(undefined, [''])}
        >
          Add option
        </Button>
      </div>
    </div>
  )
}

interface OptionLineProps {
  option: OptionRow
  onChange: (next: Partial<OptionRow>) => void
  onEnter: () => void
  onPaste: (labels: readonly string[]) => void
  /** Left out for an option that records hold. */
  onRemove: (() => void) | undefined
}

function OptionLine({ option, onChange, onEnter, onPaste, onRemove }: OptionLineProps) {
  const name = option.label || 'this option'
  return (
    <div className={classes.option} data-archived={option.isArchived || undefined}>
      <Menu position="bottom-start">
        <Menu.Target>
          <IconButton label={`Color of ${name}: ${colorWords[option.color]}`}>
            <Dot tone={option.color} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {OptionColor.options.map(color => (
            <Menu.Item key={color} leftSection={<Dot tone={color} />} onClick={() => onChange({ color })}>
              {colorWords[color]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <TextInput
        className={classes.grows}
        size="xs"
        aria-label={option.label ? `Option ${option.label}` : 'New option'}
        placeholder="New option"
        maxLength={100}
        data-option={option.id}
        value={option.label}
        onChange={event => onChange({ label: event.currentTarget.value })}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault()
            onEnter()
          } else if (event.key === 'Backspace' && option.label === '' && option.value === undefined) {
            event.preventDefault()
            onRemove?.()
          }
        }}
        onPaste={event => {
          const lines = event.clipboardData
            .getData('text')
            .split(/\r?\n/)
            .map(line => line.trim())
            .filter(line => line !== '')
          if (lines.length < 2) return
          event.preventDefault()
          onPaste(lines)
        }}
      />
      {option.isArchived ? <span className={classes.note}>Archived</span> : null}
      {option.value === undefined ? null : (
        <IconButton
          label={option.isArchived ? `Offer ${name} again` : `Archive ${name}`}
          onClick={() => onChange({ isArchived: !option.isArchived })}
        >
          {option.isArchived ? <ArchiveRestore size={14} /> : <Archive size={14} />}
        </IconButton>
      )}
      {onRemove ? (
        <IconButton label={`Remove ${name}`} onClick={onRemove}>
          <X size={14} />
        </IconButton>
      ) : null}
    </div>
  )
}
