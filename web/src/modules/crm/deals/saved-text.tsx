import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './pipelines.module.css'

interface SavedTextProps {
  label: string
  /** Whether the label is read out only. */
  isQuiet?: boolean | undefined
  isShort?: boolean | undefined
  value: string
  maxLength: number
  disabled?: boolean | undefined
  suffix?: string | undefined
  /** What a text becomes before it is looked at. */
  clean?: ((text: string) => string) | undefined
  /** What is wrong with a text. */
  check?: ((text: string) => string | undefined) | undefined
  onSave: (text: string) => void
}

/** A text that is saved on Enter and on leaving it; Escape puts back what was there, and so does leaving it empty. */
export function SavedText({ label, value, onSave, clean = text => text, ...props }: SavedTextProps) {
  const [text, setText] = useState(value)
  const [error, setError] = useState<string>()
  useEffect(() => setText(value), [value])
  const save = () => {
    const next = clean(text.trim())
    const wrong = next === '' ? undefined : props.check?.(next)
    setError(wrong)
    if (wrong) return
    setText(next === '' ? value : next)
    if (next !== '' && next !== value) onSave(next)
  }
  return (
    <TextInput
      className={props.isShort ? classes.short : classes.grows}
      {...(props.isQuiet ? { 'aria-label': label } : { label })}
      value={text}
      error={error}
      maxLength={props.maxLength}
      disabled={props.disabled ?? false}
      rightSection={props.suffix ? <span className={classes.suffix}>{props.suffix}</span> : undefined}
      onChange={event => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={event => {
        if (event.key === 'Enter') save()
        if (event.key !== 'Escape') return
        setText(value)
        setError(undefined)
      }}
    />
  )
}
