import { TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './builder.module.css'

const COLOR = /^#[0-9a-f]{6}$/i

interface ColorInputProps {
  label: string
  /** What holds without a color. */
  none: string
  /** The color that is seen without one, for the picker to begin with. */
  shown: string
  value: string | null
  hint?: string | undefined
  error: string | undefined
  onChange: (color: string | null) => void
}

/** A color, picked or typed; what cannot be read yet is not taken over. */
export function ColorInput({ label, none, shown, value, hint, error, onChange }: ColorInputProps) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  const type = (next: string) => {
    setText(next)
    if (COLOR.test(next.trim())) onChange(next.trim().toLowerCase())
    if (next.trim() === '') onChange(null)
  }
  const isSound = text.trim() === '' || COLOR.test(text.trim())
  return (
    <div className={classes.line}>
      <TextInput
        className={classes.grows ?? ''}
        label={label}
        description={hint}
        placeholder={none}
        leftSection={
          <input
            type="color"
            className={classes.swatch}
            aria-label={`Pick: ${label.toLowerCase()}`}
            value={value ?? shown}
            onChange={event => type(event.currentTarget.value)}
          />
        }
        rightSection={
          value === null ? null : (
            <IconButton label={`Reset: ${label.toLowerCase()}`} size="sm" onClick={() => type('')}>
              <X size={14} />
            </IconButton>
          )
        }
        value={text}
        maxLength={7}
        error={isSound ? error : 'Use a color like #0b6b6b.'}
        onChange={event => type(event.currentTarget.value)}
        onBlur={() => isSound || setText(value ?? '')}
      />
    </div>
  )
}
