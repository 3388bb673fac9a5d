import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { FormField } from '../../../ui/form-field.tsx'
import classes from '../json-field.module.css'
import { JsonField } from '../json-field.tsx'
import { prettyJson, readJsonObject } from '../json-text.ts'
import { useForm, useIssue, wrong } from './form-context.ts'
import type { InputProps } from './simple-inputs.tsx'

/** Code or another long technical text. Enter keeps the indentation; Tab goes on to the next field. */
export function CodeField({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const area = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<number | undefined>(undefined)
  useLayoutEffect(() => {
    if (caret.current === undefined) return
    area.current?.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  })
  const text = typeof value === 'string' ? value : ''
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.metaKey || event.ctrlKey || isReadOnly) return
    const { selectionStart, selectionEnd } = event.currentTarget
    const line = text.slice(text.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart)
    const indent = (/^\s*/.exec(line)?.[0] ?? '') + (/[{[(]\s*$/.test(line) ? '  ' : '')
    if (indent === '') return
    event.preventDefault()
    caret.current = selectionStart + 1 + indent.length
    set(path, `${text.slice(0, selectionStart)}\n${indent}${text.slice(selectionEnd)}`)
  }
  return (
    <FormField label={field.label} hint={field.about} error={wrong(issue)} required={field.isRequired}>
      {control => (
        <textarea
          {...control}
          ref={area}
          className={classes.text}
          rows={Math.min(20, Math.max(6, text.split('\n').length + 1))}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={text}
          readOnly={isReadOnly}
          onKeyDown={onKeyDown}
          onChange={event => set(path, event.currentTarget.value)}
        />
      )}
    </FormField>
  )
}

/** Names and values as JSON. What cannot be read stays in the field and is not stored. */
export function FreeJsonField({ field, path, value }: InputProps) {
  const { set } = useForm()
  const [text, setText] = useState(() => (value === undefined ? '' : prettyJson(value)))
  const read = readJsonObject(text)
  const known = read.value === undefined ? undefined : JSON.stringify(read.value)
  const [seen, setSeen] = useState(value)
  if (value !== seen) {
    setSeen(value)
    // It was changed elsewhere, such as by undo.
    if (value !== undefined && known !== undefined && JSON.stringify(value) !== known)
      setText(prettyJson(value))
  }
  return (
    <JsonField
      label={field.label}
      hint={field.about}
      text={text}
      error={read.problem}
      onChange={next => {
        setText(next)
        const { value: entered } = readJsonObject(next)
        if (entered !== undefined) set(path, next.trim() === '' ? undefined : entered)
      }}
    />
  )
}
