import type { Named } from '#modules/flow/contract.ts'
import { useForm, useIssue } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import { NamedInput } from './named-input.tsx'
import { RemoveRow, Rows } from './rows.tsx'
import type { InputProps } from './simple-inputs.tsx'
import { TemplateInput, type TemplateInputProps } from './template-input.tsx'
import classes from './texts-input.module.css'

interface TextsProps extends InputProps {
  from: Named | undefined
  /** What one of them is called. */
  one: string
}

/** Texts with placeholders, a row each, such as tags. */
export function TextsField({ field, path, value, from, one }: TextsProps) {
  const { set, isReadOnly } = useForm()
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
            <Text
              from={from}
              control={{
                'aria-label': `${one.charAt(0).toUpperCase()}${one.slice(1)} ${index + 1}`,
                'aria-invalid': issue && !issue.isGap ? true : undefined,
              }}
              value={text}
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

type TextProps = Pick<TemplateInputProps, 'control' | 'value' | 'onChange'> & {
  from: Named | undefined
  isReadOnly: boolean
}

function Text({ from, ...props }: TextProps) {
  return from === undefined ? <TemplateInput {...props} /> : <NamedInput {...props} names={from} />
}
