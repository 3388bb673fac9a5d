import { Button } from '@mantine/core'
import { FormField } from '../../ui/form-field.tsx'
import classes from './json-field.module.css'
import { tidiedJson } from './json-text.ts'

interface JsonFieldProps {
  label: string
  hint?: string | undefined
  text: string
  error?: string | undefined
  onChange: (text: string) => void
}

const ROWS_MIN = 4
const ROWS_MAX = 18

/** Names and values as JSON text, for people who know what they do. */
export function JsonField({ label, hint, text, error, onChange }: JsonFieldProps) {
  const rows = Math.min(ROWS_MAX, Math.max(ROWS_MIN, text.split('\n').length + 1))
  const tidied = tidiedJson(text)
  return (
    <div className={classes.field}>
      <FormField label={label} hint={hint} error={error}>
        {control => (
          <textarea
            {...control}
            className={classes.text}
            rows={rows}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={text}
            onChange={event => onChange(event.currentTarget.value)}
          />
        )}
      </FormField>
      {tidied === text ? null : (
        <Button size="xs" variant="subtle" className={classes.tidy ?? ''} onClick={() => onChange(tidied)}>
          Tidy up
        </Button>
      )}
    </div>
  )
}
