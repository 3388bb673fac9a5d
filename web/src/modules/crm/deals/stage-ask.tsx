import { Button, Select, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type Deal, listLostReasons, type Stage } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { FormField } from '../../../ui/form-field.tsx'
import { relatedOf } from '../fields/field-words.ts'
import { useRecordFields } from '../fields/use-record-fields.ts'
import classes from './deals.module.css'
import { PickedField } from './picked-field.tsx'
import { LOST_REASON } from './stage-asks.ts'
import type { Brought } from './use-move-deal.ts'

interface StageAskProps {
  deal: Deal
  stage: Stage
  /** Keys of the fields that are missing. */
  missing: readonly string[]
  onDone: (brought: Brought) => void
  onCancel: () => void
}

type Values = Readonly<Record<string, unknown>>

/** The fields of an update out of values by their keys: related records by their ids, custom ones together. */
function fieldsOf(values: Values): Brought['fields'] {
  const entries = Object.entries(values).map(([key, value]) => [key, relatedOf(value)?.id ?? value] as const)
  const own = entries.filter(([key]) => !key.startsWith('custom.'))
  const custom = entries.filter(([key]) => key.startsWith('custom.'))
  return {
    ...Object.fromEntries(own),
    ...(custom.length > 0
      ? { custom: Object.fromEntries(custom.map(([key, value]) => [key.slice('custom.'.length), value])) }
      : {}),
  }
}

/**
 * What a stage asks for, on the card that was dropped there. Enter or the button moves the deal with it; Escape and Cancel put the card
 * back.
 */
export function StageAsk({ deal, stage, missing, onDone, onCancel }: StageAskProps) {
  const fields = useRecordFields('deal')
  const form = useRef<HTMLFormElement>(null)
  const [values, setValues] = useState<Values>({})
  const [reason, setReason] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const asksReason = missing.includes(LOST_REASON)
  const reasons = useQuery({ ...routeQuery(listLostReasons, {}), enabled: asksReason })
  const asked = missing.filter(key => key !== LOST_REASON)
  const isFilled = asked.every(key => (values[key] ?? null) !== null) && (!asksReason || reason !== null)
  const isReady = asked.length === 0 || fields.length > 0
  useEffect(() => {
    if (!isReady) return
    // After the board has given the focus to the card that it has drawn anew.
    const frame = requestAnimationFrame(() => {
      form.current?.scrollIntoView({ block: 'nearest' })
      form.current?.querySelector<HTMLElement>('input:not([type="hidden"]), button:enabled')?.focus()
    })
    return () => cancelAnimationFrame(frame)
  }, [isReady])
  const cancel = useRef(onCancel)
  cancel.current = onCancel
  useEffect(() => {
    // The card itself can have the focus as well.
    const card = form.current?.closest<HTMLElement>('[data-card]')
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target === card) cancel.current()
    }
    card?.addEventListener('keydown', leave)
    return () => card?.removeEventListener('keydown', leave)
  }, [])
  return (
    <form
      ref={form}
      className={classes.ask}
      aria-label={`Before ${deal.name} goes to ${stage.name}`}
      onClick={event => event.stopPropagation()}
      onKeyDown={event => {
        event.stopPropagation()
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onCancel()
      }}
      onSubmit={event => {
        event.preventDefault()
        if (!isFilled) return
        onDone({
          ...(asked.length > 0 ? { fields: fieldsOf(values) } : {}),
          ...(asksReason ? { lostReasonId: reason, lostNote: note.trim() || null } : {}),
        })
      }}
    >
      <p className={classes.askTitle}>
        {asksReason && asked.length === 0 ? 'Why was it lost?' : `${stage.name} asks for`}
      </p>
      {asked.map(key => {
        const field = fields.find(each => each.key === key)
        return field ? (
          <PickedField
            key={key}
            field={field}
            value={values[key] ?? null}
            onChange={value => setValues(before => ({ ...before, [key]: value }))}
          />
        ) : null
      })}
      {asksReason ? (
        <>
          <Select
            aria-label="Why it was lost"
            placeholder="Choose a reason"
            data={(reasons.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={reason}
            onChange={setReason}
            selectFirstOptionOnChange
            searchable
            comboboxProps={{ withinPortal: true }}
          />
          <FormField label="In a few words" required={false}>
            {control => (
              <Textarea
                {...control}
                autosize
                minRows={1}
                maxRows={4}
                maxLength={2_000}
                value={note}
                onChange={event => setNote(event.currentTarget.value)}
              />
            )}
          </FormField>
        </>
      ) : null}
      <div className={classes.askActs}>
        <Button type="submit" size="xs" variant="filled" disabled={!isFilled}>
          Move
        </Button>
        <Button size="xs" variant="subtle" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
