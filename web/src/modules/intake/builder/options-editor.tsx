import { Button, TextInput } from '@mantine/core'
import { ListPlus, Plus, X } from 'lucide-react'
import { useId, useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import classes from './builder.module.css'
import { OPTIONS_MAX, withPasted } from './options-text.ts'

interface OptionsEditorProps {
  options: readonly string[]
  error: string | undefined
  isReadOnly: boolean
  onChange: (options: readonly string[]) => void
}

interface Row {
  readonly text: string
  readonly index: number
  readonly id: number
}

/** The options of a list, a row each: Enter makes the next one, several pasted lines become several options. */
export function OptionsEditor({ options, error, isReadOnly, onChange }: OptionsEditorProps) {
  const box = useRef<HTMLFieldSetElement>(null)
  const errorId = useId()
  const focus = (index: number) =>
    requestAnimationFrame(() =>
      box.current?.querySelectorAll<HTMLInputElement>('[data-row] input')[index]?.focus(),
    )
  // Rows are told apart by numbers of their own: two options may say the same while one of them is typed.
  const ids = useRef<number[]>([])
  const next = useRef(0)
  while (ids.current.length < options.length) ids.current.push(next.current++)
  ids.current.length = options.length
  const put = (index: number, text: string) => onChange(options.with(index, text))
  const insert = (index: number) => {
    if (options.length >= OPTIONS_MAX) return
    ids.current.splice(index, 0, next.current++)
    onChange(options.toSpliced(index, 0, ''))
    focus(index)
  }
  const remove = (index: number) => {
    ids.current.splice(index, 1)
    onChange(options.toSpliced(index, 1))
    focus(Math.max(0, index - 1))
  }
  const sort = (rows: readonly Row[]) => {
    ids.current = rows.map(({ id }) => id)
    onChange(rows.map(({ text }) => text))
  }
  const rows = options.map((text, index): Row => ({ text, index, id: ids.current[index] ?? index }))
  return (
    <fieldset
      ref={box}
      className={classes.group}
      disabled={isReadOnly}
      aria-describedby={error ? errorId : undefined}
    >
      <legend className={classes.legend}>Options</legend>
      <SortList
        label="Options"
        items={rows}
        idOf={({ id }) => String(id)}
        nameOf={({ text, index }) => text || `option ${index + 1}`}
        onSort={sort}
      >
        {({ text, index }) => (
          <div className={classes.line}>
            <TextInput
              className={classes.grows ?? ''}
              aria-label={`Option ${index + 1}`}
              value={text}
              maxLength={200}
              onChange={event => put(index, event.currentTarget.value)}
              onPaste={event => {
                const pasted = event.clipboardData.getData('text/plain')
                if (!/[\r\n]/.test(pasted.trim())) return
                event.preventDefault()
                const all = withPasted(options, index, `${text}\n${pasted}`)
                onChange(all)
                focus(index + all.length - options.length)
              }}
              onKeyDown={event => {
                if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
                  event.preventDefault()
                  insert(index + 1)
                }
                if (event.key === 'Backspace' && text === '' && options.length > 1) {
                  event.preventDefault()
                  remove(index)
                }
              }}
            />
            <IconButton label={`Remove option ${index + 1}`} size="sm" onClick={() => remove(index)}>
              <X size={14} />
            </IconButton>
          </div>
        )}
      </SortList>
      <div className={classes.line}>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<Plus size={14} />}
          onClick={() => insert(options.length)}
        >
          Add an option
        </Button>
        <span className={classes.hint}>
          <ListPlus size={14} aria-hidden="true" /> Paste a list to add one a line
        </span>
      </div>
      {error ? (
        <p className={classes.error} id={errorId}>
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}
