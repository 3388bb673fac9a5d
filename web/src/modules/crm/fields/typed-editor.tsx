import { Select, Textarea, TextInput } from '@mantine/core'
import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { draftOf, type FieldDraft, type TypedKind, valueOfDraft } from './field-draft.ts'
import type { FieldEditorProps } from './field-editor.tsx'
import classes from './fields.module.css'

const inputs: Readonly<Record<TypedKind, { type: string; inputMode?: 'decimal' }>> = {
  text: { type: 'text' },
  long_text: { type: 'text' },
  number: { type: 'text', inputMode: 'decimal' },
  money: { type: 'text', inputMode: 'decimal' },
  date: { type: 'date' },
  time: { type: 'datetime-local' },
  // Not "email" and "url": their own checks would speak before ours, in another voice.
  email: { type: 'text' },
  phone: { type: 'tel' },
  url: { type: 'text' },
}

const currencies = Intl.supportedValuesOf('currency')

/** Edits what is typed: texts, numbers, money, days, instants and addresses. */
export function TypedEditor({ field, value, draft, error, onSave, onClose, onTab }: FieldEditorProps) {
  const kind = field.kind as TypedKind
  const [start] = useState(() => draftOf(kind, value))
  const [typed, setTyped] = useState<FieldDraft>(draft ?? start)
  const [wrong, setWrong] = useState<string>()
  const frame = useRef<HTMLDivElement>(null)
  const isDone = useRef(false)
  const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  useEffect(() => {
    control.current?.focus()
    if (control.current?.type !== 'date' && control.current?.type !== 'datetime-local')
      control.current?.select()
  }, [])
  /** Whether the editor is done: saved, or nothing to save. */
  const finish = (): boolean => {
    if (isDone.current) return true
    if (typed.text !== start.text || typed.currency !== start.currency) {
      const read = valueOfDraft(field, typed)
      if (read.error !== undefined) {
        setWrong(read.error)
        return false
      }
      isDone.current = true
      onSave(read.value)
    }
    isDone.current = true
    onClose()
    return true
  }
  const leave = (event: FocusEvent) => {
    const next = event.relatedTarget
    if (next instanceof Node && (frame.current?.contains(next) || isInOverlay(next))) return
    finish()
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      isDone.current = true
      onClose()
    } else if (event.key === 'Enter' && (kind !== 'long_text' || event.metaKey || event.ctrlKey)) {
      event.preventDefault()
      finish()
    } else if (event.key === 'Tab' && onTab && !isBetween(event, frame.current)) {
      event.preventDefault()
      if (finish()) onTab(event.shiftKey)
    }
  }
  const shared = {
    ref: control,
    'aria-label': field.label,
    error: wrong ?? error,
    value: typed.text,
    onChange: (event: { currentTarget: { value: string } }) => {
      setWrong(undefined)
      setTyped({ ...typed, text: event.currentTarget.value })
    },
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and leaving are heard from the controls inside
    <div ref={frame} className={classes.editor} data-kind={kind} onBlur={leave} onKeyDown={press}>
      {kind === 'long_text' ? (
        <Textarea
          {...shared}
          autosize={false}
          rows={Math.min(12, Math.max(3, typed.text.split('\n').length + 1))}
        />
      ) : (
        <TextInput {...shared} {...inputs[kind]} autoComplete="off" />
      )}
      {kind === 'money' ? (
        <Select
          aria-label={`Currency of ${field.label.toLowerCase()}`}
          className={classes.currency}
          data={currencies}
          value={typed.currency}
          searchable
          onChange={currency => currency && setTyped({ ...typed, currency })}
        />
      ) : null}
    </div>
  )
}

/** Menus and lists of an editor are drawn outside of it. */
function isInOverlay(node: Node): boolean {
  return node instanceof Element && node.closest('[role="listbox"], .mantine-Combobox-dropdown') !== null
}

/** Whether Tab leads to another control of the same editor. */
function isBetween(event: KeyboardEvent, frame: HTMLElement | null): boolean {
  const controls = [...(frame?.querySelectorAll('input:not([type="hidden"]), textarea') ?? [])]
  const at = controls.indexOf(event.target as Element)
  return event.shiftKey ? at > 0 : at >= 0 && at < controls.length - 1
}
