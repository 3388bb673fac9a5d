import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, Pin, PinOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { listPins, listVariables, removePin, runDraft, setPin } from '#modules/flow/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { JsonField } from '../json-field.tsx'
import { prettyJson, readJsonObject } from '../json-text.ts'
import { JsonView } from '../run/json-view.tsx'
import classes from './trial.module.css'

interface PinPartProps {
  workflowId: string
  nodeId: string
  /** What is pinned to a trigger is what a run begins with, and not what a step gives. */
  isTrigger: boolean
  /** What the step gave when it was tried; undefined before. */
  output: unknown
}

/** What a step gives in every trial, instead of being worked out: kept from a trial, typed, or let go again. */
export function PinPart({ workflowId, nodeId, isTrigger, output }: PinPartProps) {
  const params = { workflowId }
  const queryClient = useQueryClient()
  const [isEditing, setEditing] = useState(false)
  const { data } = useQuery(routeQuery(listPins, { params }))
  const pinned = data?.items.find(pin => pin.nodeId === nodeId)
  const options = {
    onSuccess: () => {
      setEditing(false)
      void queryClient.invalidateQueries({ queryKey: routeKey(listPins, { params }) })
      // What steps can read, and what trials show, depends on it.
      for (const { id } of [listVariables, runDraft]) void queryClient.invalidateQueries({ queryKey: [id] })
    },
    onError: (error: Error) => sayFailed(error),
  }
  const pin = useAct(setPin, options)
  const unpin = useAct(removePin, options)
  const at = { ...params, nodeId }
  const keep = (value: unknown) => pin.mutate({ params: at, body: { data: value } })
  const what = isTrigger ? 'what a run begins with' : 'the output'
  if (isEditing)
    return (
      <PinForm
        label={isTrigger ? 'What a run begins with' : 'Output'}
        value={pinned?.data ?? output}
        isPending={pin.isPending}
        onSave={keep}
        onClose={() => setEditing(false)}
      />
    )
  return (
    <div className={classes.pin}>
      <div className={classes.acts}>
        {!pinned && !isTrigger && output !== undefined && output !== null ? (
          <Button
            size="xs"
            leftSection={<Pin size={13} aria-hidden="true" />}
            loading={pin.isPending}
            onClick={() => keep(output)}
          >
            Pin the output
          </Button>
        ) : null}
        <Button
          size="xs"
          variant="subtle"
          leftSection={<Pencil size={13} aria-hidden="true" />}
          onClick={() => setEditing(true)}
        >
          {pinned ? 'Edit what is pinned' : `Pin ${what} by hand`}
        </Button>
        {pinned ? (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<PinOff size={13} aria-hidden="true" />}
            loading={unpin.isPending}
            onClick={() => unpin.mutate({ params: at })}
          >
            Unpin
          </Button>
        ) : null}
      </div>
      {pinned ? <JsonView label="Pinned for all trials" value={pinned.data} empty="Nothing." /> : null}
    </div>
  )
}

interface PinFormProps {
  label: string
  value: unknown
  isPending: boolean
  onSave: (value: unknown) => void
  onClose: () => void
}

function PinForm({ label, value, isPending, onSave, onClose }: PinFormProps) {
  const [text, setText] = useState(() => prettyJson(value))
  const [isChecked, setChecked] = useState(false)
  const read = readJsonObject(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // The form stands in the panel of the step, whose own form must not hear of it.
    event.stopPropagation()
    setChecked(true)
    if (read.value !== undefined) onSave(read.value)
  }
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      <JsonField
        label={label}
        hint="Names and values as JSON. Real runs never use it."
        text={text}
        error={isChecked ? read.problem : undefined}
        onChange={setText}
      />
      <div className={classes.acts}>
        <Button type="submit" size="xs" loading={isPending}>
          Pin
        </Button>
        <Button size="xs" variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
