import { memo } from 'react'
import { FormField } from '../../../ui/form-field.tsx'
import { CodeField, FreeJsonField } from './code-input.tsx'
import { ConditionBuilder } from './condition-builder.tsx'
import { DurationField } from './duration-input.tsx'
import { useForm, useIssue, wrong } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import { ListField } from './list-input.tsx'
import classes from './node-panel.module.css'
import { PairsField } from './pairs-input.tsx'
import { pathOf, pathText } from './paths.ts'
import { PickField } from './pick-input.tsx'
import { ScheduleField } from './schedule-input.tsx'
import {
  ChoiceField,
  ChoicesField,
  DaysField,
  type InputProps,
  NumberField,
  PlainText,
  SwitchField,
  ZoneField,
} from './simple-inputs.tsx'
import { TemplateInput } from './template-input.tsx'
import { TextsField } from './texts-input.tsx'
import { ValueInput } from './value-input.tsx'
import { WaysField } from './ways-input.tsx'
import type { Field, ValueKind, Widget } from './widgets.ts'

interface FieldViewProps {
  field: Field
  /** Where it stands inside the settings, its parts joined by dots; empty for the settings as a whole. */
  path: string
  value: unknown
}

/** One setting with what it is entered with. Drawn anew only when its own value changes. */
export const FieldView = memo(function FieldView(props: FieldViewProps) {
  const issue = useIssue(pathOf(props.path))
  return (
    <div className={classes.field}>
      <Control {...props} />
      {issue?.isGap && !SAY_IT_THEMSELVES.has(props.field.widget.as) ? (
        <p className={classes.gap}>{issue.message}</p>
      ) : null}
    </div>
  )
})

/** Made of several controls, with a line of their own for what is wrong. */
const SAY_IT_THEMSELVES: ReadonlySet<Widget['as']> = new Set([
  'choices',
  'weekdays',
  'duration',
  'condition',
  'value',
  'pairs',
  'texts',
  'list',
  'group',
])

function Control({ field, path, value }: FieldViewProps) {
  const { widget } = field
  const props: InputProps = { field, path: pathOf(path), value }
  switch (widget.as) {
    case 'template':
      return <TemplateField {...props} rows={widget.rows} isCode={widget.isCode} />
    case 'text':
      return <PlainText {...props} />
    case 'code':
      return <CodeField {...props} />
    case 'json':
      return <FreeJsonField {...props} />
    case 'number':
      return <NumberField {...props} />
    case 'milliseconds':
      return <NumberField {...props} scale={1_000} suffix=" s" />
    case 'switch':
      return <SwitchField {...props} />
    case 'choice':
      return <ChoiceField {...props} options={widget.options} />
    case 'choices':
      return <ChoicesField {...props} options={widget.options} />
    case 'weekdays':
      return <ChoicesField {...props} options={WEEKDAYS} />
    case 'duration':
      return <DurationField {...props} units={widget.units} directions={widget.directions} />
    case 'condition':
      return (
        <Labelled label={field.label} about={field.about} path={props.path} isOptional={!field.isRequired}>
          <ConditionBuilder
            label={field.label}
            path={props.path}
            value={value}
            isOptional={!field.isRequired}
          />
        </Labelled>
      )
    case 'schedule':
      return <ScheduleField {...props} />
    case 'zone':
      return <ZoneField {...props} />
    case 'days':
      return <DaysField {...props} />
    case 'value':
      return <AnyValueField {...props} kinds={widget.kinds} isTemplate={widget.isTemplate} />
    case 'pairs':
      return (
        <PairsField
          {...props}
          one={widget.one}
          names={widget.names}
          isOpen={widget.isOpen}
          kinds={widget.kinds}
          naming={widget.naming}
        />
      )
    case 'texts':
      return <TextsField {...props} from={widget.from} one={widget.one} />
    case 'list':
      return (
        <ListField
          {...props}
          fields={widget.fields}
          one={widget.one}
          hasId={widget.hasId}
          most={widget.most}
        />
      )
    case 'group':
      return <GroupField {...props} fields={widget.fields} />
    case 'ways':
      return <WaysField {...props} ways={widget.ways} />
    case 'pick':
      return <PickField {...props} from={widget.from} isFree={widget.isFree} />
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((label, index) => ({
  value: index + 1,
  label,
}))

function TemplateField({ field, path, value, rows, isCode }: InputProps & { rows: number; isCode: boolean }) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const text = value ?? field.preset ?? ''
  return (
    <FormField
      label={field.label}
      hint={field.about}
      error={wrong(issue)}
      required={field.preset === undefined || field.preset === '' ? field.isRequired : undefined}
    >
      {control => (
        <TemplateInput
          control={control}
          value={typeof text === 'string' ? text : JSON.stringify(text)}
          rows={rows}
          isCode={isCode}
          isReadOnly={isReadOnly}
          onChange={next =>
            set(path, next === '' && !field.isRequired && field.preset === undefined ? undefined : next)
          }
        />
      )}
    </FormField>
  )
}

interface AnyValueProps extends InputProps {
  kinds: readonly ValueKind[]
  isTemplate: boolean
}

function AnyValueField({ field, path, value, kinds, isTemplate }: AnyValueProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path, true)
  return (
    <Labelled label={field.label} about={field.about} path={path} isDeep>
      <ValueInput
        label={field.label}
        value={value ?? field.preset ?? ''}
        kinds={kinds}
        isTemplate={isTemplate}
        isReadOnly={isReadOnly}
        isInvalid={issue !== undefined && !issue.isGap}
        onChange={next => set(path, next)}
      />
    </Labelled>
  )
}

function GroupField({ field, path, value, fields }: InputProps & { fields: readonly Field[] }) {
  const held = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return (
    <Labelled label={field.label} about={field.about} path={path}>
      <div className={classes.group}>
        {fields.map(each => (
          <FieldView
            key={each.name}
            field={each}
            path={pathText([...path, each.name])}
            value={held[each.name]}
          />
        ))}
      </div>
    </Labelled>
  )
}
