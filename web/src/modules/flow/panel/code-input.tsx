import { useContext, useState } from 'react'
import { CodeEditor } from '../../../ui/code-editor.tsx'
import { JsonField } from '../json-field.tsx'
import { prettyJson, readJsonObject } from '../json-text.ts'
import { GraphContext, useForm, useIssue, wrong } from './form-context.ts'
import type { InputProps } from './simple-inputs.tsx'

/** Code or another long technical text, in the language that the step says. */
export function CodeField({ field, path, value }: InputProps) {
  const { set, isReadOnly, type } = useForm()
  const issue = useIssue(path)
  const language = useContext(GraphContext)?.node.config.language
  return (
    <CodeEditor
      label={field.label}
      hint={field.about}
      error={wrong(issue)}
      isRequired={field.isRequired}
      isReadOnly={isReadOnly}
      language={type !== 'code' ? 'json' : language === 'typescript' ? 'typescript' : 'javascript'}
      text={typeof value === 'string' ? value : ''}
      onChange={text => set(path, text)}
    />
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
