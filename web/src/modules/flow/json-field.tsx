import { Button } from '@mantine/core'
import { CodeEditor } from '../../ui/code-editor.tsx'
import classes from './json-field.module.css'
import { tidiedJson } from './json-text.ts'

interface JsonFieldProps {
  label: string
  hint?: string | undefined
  text: string
  error?: string | undefined
  onChange: (text: string) => void
}

/** Names and values as JSON text, for people who know what they do. */
export function JsonField({ label, hint, text, error, onChange }: JsonFieldProps) {
  const tidied = tidiedJson(text)
  return (
    <div className={classes.field}>
      <CodeEditor label={label} hint={hint} error={error} language="json" text={text} onChange={onChange} />
      {tidied === text ? null : (
        <Button size="xs" variant="subtle" className={classes.tidy ?? ''} onClick={() => onChange(tidied)}>
          Tidy up
        </Button>
      )}
    </div>
  )
}
