import { useForm, useIssue } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import { RemoveRow, Rows } from './rows.tsx'
import type { PickSource } from './setting-looks.ts'
import type { InputProps } from './simple-inputs.tsx'
import { TemplateInput } from './template-input.tsx'
import classes from './texts-input.module.css'
import { useChoices } from './use-choices.ts'

interface TextsProps extends InputProps {
  from: PickSource | undefined
  /** What one of them is called. */
  one: string
}

/** Texts with placeholders, a row each, such as tags. */
export function TextsField({ field, path, value, from, one }: TextsProps) {
  const { set, isReadOnly } = useForm()
  const choices = useChoices(from)
  const issue = useIssue(path, true)
  return (
    <Labelled label={field.label} about={field.about} path={path} isDeep>
      <Rows
        items={Array.isArray(value) ? value.map(String) : []}
        one={one}
        most={20}
        isReadOnly={isReadOnly}
        blank={() => ''}
        onChange={next => set(path, next)}
      >
        {(text, index, onRemove) => (
          <div className={classes.row}>
            <TemplateInput
              control={{
                'aria-label': `${one.charAt(0).toUpperCase()}${one.slice(1)} ${index + 1}`,
                'aria-invalid': issue && !issue.isGap ? true : undefined,
              }}
              value={text}
              choices={choices}
              isReadOnly={isReadOnly}
              onChange={next => set([...path, index], next)}
            />
            {isReadOnly ? null : <RemoveRow one={one} index={index} onRemove={onRemove} />}
          </div>
        )}
      </Rows>
    </Labelled>
  )
}
