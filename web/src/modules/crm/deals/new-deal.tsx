import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import {
  createDeal,
  type Deal,
  getDealBoard,
  listDeals,
  listPipelines,
  type RecordField,
} from '#modules/crm/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { relatedOf } from '../fields/field-words.ts'
import { useRecordFields } from '../fields/use-record-fields.ts'
import classes from './deals.module.css'
import { PickedField } from './picked-field.tsx'

type Body = CallInput<typeof createDeal>['body']
type Values = Readonly<Record<string, unknown>>

const KEYS = ['companyId', 'personId', 'value', 'expectedCloseOn', 'ownerUserId'] as const

interface NewDealProps {
  /** The pipeline it begins in; the first one when left out. */
  pipelineId?: string | undefined
  /** The stage it begins in; the first one when left out. */
  stageId?: string | undefined
  /** What is known of it already, by keys of fields. */
  values?: Values | undefined
  onClose: () => void
  onMade: (deal: Deal) => void
}

/** The body of a new deal out of what stands in the form. */
function bodyOf(name: string, values: Values, props: NewDealProps, missing: readonly string[]): Body {
  const entries = Object.entries(values).map(([key, value]) => [key, relatedOf(value)?.id ?? value] as const)
  const own = entries.filter(([key, value]) => !key.startsWith('custom.') && value !== undefined)
  const custom = entries.filter(([key]) => missing.includes(key) && key.startsWith('custom.'))
  const { pipelineId, stageId } = props
  return {
    name,
    ...(stageId === undefined ? (pipelineId === undefined ? {} : { pipelineId }) : { stageId }),
    ...Object.fromEntries(own),
    ...(custom.length > 0
      ? { custom: Object.fromEntries(custom.map(([key, value]) => [key.slice('custom.'.length), value])) }
      : {}),
  } as Body
}

/** A new deal, in a panel over its board or list. Company and person are found by their names, or made from here. */
export function NewDeal(props: NewDealProps) {
  const { onClose, onMade } = props
  const queryClient = useQueryClient()
  const { user } = useSession()
  const fields = useRecordFields('deal')
  const pipelines = useQuery(routeQuery(listPipelines, {})).data?.items ?? []
  const pipeline = pipelines.find(({ id }) => id === props.pipelineId) ?? pipelines[0]
  const stages = pipeline?.stages ?? []
  const stage = stages.find(({ id }) => id === props.stageId) ?? stages.find(({ type }) => type === 'open')
  const nameField = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // After the panel has taken the focus for itself.
    const frame = requestAnimationFrame(() => nameField.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  const [name, setName] = useState('')
  const [values, setValues] = useState<Values>({ ownerUserId: user.id, ...props.values })
  const create = useAct(createDeal, {
    onSuccess: deal => {
      for (const route of [getDealBoard, listDeals])
        queryClient.invalidateQueries({ queryKey: routeKey(route) })
      onMade(deal)
    },
  })
  const errors = fieldErrors(create.error)
  const asked = (stage?.requiredFields ?? []).filter(key => !KEYS.some(each => each === key))
  const shown = [...KEYS, ...asked].flatMap(key => {
    const field = fields.find(each => each.key === key)
    return field ? [asOptional(field)] : []
  })
  const general = create.error && Object.keys(errors).length === 0 ? problemWords(create.error) : undefined
  const submit = () => {
    if (name.trim() === '' || create.isPending) return
    create.mutate({ body: bodyOf(name.trim(), values, props, asked) })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit()
  }
  return (
    <SidePanel label="New deal" onClose={onClose}>
      <form
        className={classes.form}
        onKeyDown={onKeyDown}
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        <h2 className={classes.formTitle}>New deal</h2>
        {pipeline && stage ? (
          <p className={classes.whom}>
            In {stage.name}
            {pipelines.length > 1 ? ` of ${pipeline.name}` : ''}
          </p>
        ) : null}
        {general ? (
          <ErrorState what={general.what} next={general.next} requestId={general.requestId} />
        ) : null}
        <FormField label="Name" required error={errors.name}>
          {control => (
            <TextInput
              {...control}
              ref={nameField}
              maxLength={200}
              placeholder="For example Spring campaign"
              value={name}
              onChange={event => setName(event.currentTarget.value)}
            />
          )}
        </FormField>
        {shown.map(field => (
          <PickedField
            key={field.key}
            field={field}
            value={values[field.key] ?? null}
            isOptional={!(stage?.requiredFields ?? []).includes(field.key)}
            error={errors[field.key]}
            onChange={value => setValues(before => ({ ...before, [field.key]: value }))}
          />
        ))}
        <div className={classes.acts}>
          <Button type="submit" variant="filled" loading={create.isPending} disabled={name.trim() === ''}>
            Create deal
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

function asOptional(field: RecordField): RecordField {
  return { ...field, isRequired: false }
}
