import { lazy, Suspense } from 'react'
import classes from './code-editor.module.css'
import { FormField } from './form-field.tsx'

const CodeView = lazy(() => import('./code-view.tsx').then(module => ({ default: module.CodeView })))

interface CodeEditorProps {
  label: string
  hint?: string | undefined
  error?: string | undefined
  isRequired?: boolean | undefined
  isReadOnly?: boolean | undefined
  language: 'javascript' | 'typescript' | 'json'
  text: string
  onChange: (text: string) => void
}

/** A labelled editor for code or JSON. Enter keeps the indentation, Tab goes on to the next field. */
export function CodeEditor({ label, hint, error, isRequired, ...rest }: CodeEditorProps) {
  return (
    <FormField label={label} hint={hint} error={error} required={isRequired}>
      {({ id }) => (
        <Suspense fallback={<div className={classes.place} aria-hidden="true" />}>
          <CodeView
            id={id}
            label={label}
            description={[hint, error].filter(Boolean).join(' ')}
            isWrong={error !== undefined}
            isRequired={isRequired === true}
            {...rest}
          />
        </Suspense>
      )}
    </FormField>
  )
}
