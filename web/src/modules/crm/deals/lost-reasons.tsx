import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import {
  changeLostReason,
  createLostReason,
  deleteLostReason,
  type LostReason,
  listLostReasons,
} from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import classes from './pipelines.module.css'
import { SavedText } from './saved-text.tsx'
import { SortableList } from './sortable-list.tsx'
import { placed, usePipelineAct } from './use-pipelines.ts'

/** The reasons people choose from when a deal is lost, in their order. */
export function LostReasons({ mayManage }: { mayManage: boolean }) {
  const { data } = useQuery(routeQuery(listLostReasons, {}))
  const [order, setOrder] = useState<readonly string[]>()
  const change = usePipelineAct(changeLostReason)
  const remove = usePipelineAct(deleteLostReason)
  const items = ordered(data?.items ?? [], order)
  const place = (reason: LostReason, position: number) => {
    // Shown at once; what is read afterwards says the same, or that it was refused.
    setOrder(placed(items, reason, position).map(({ id }) => id))
    change.mutate(
      { params: { lostReasonId: reason.id }, body: { position } },
      { onSettled: () => setOrder(undefined) },
    )
  }
  const take = (reason: LostReason) => {
    const params = { lostReasonId: reason.id }
    const position = items.indexOf(reason)
    remove.mutate({ params })
    toastUndo(`${reason.name} is no longer offered.`, () =>
      change.mutate({ params, body: { archived: false, position } }),
    )
  }
  return (
    <>
      <SortableList
        label="Lost reasons"
        items={items}
        itemId={reason => reason.id}
        itemLabel={reason => reason.name}
        onPlace={mayManage ? place : undefined}
        renderItem={reason => (
          <>
            <SavedText
              label={`Name of the reason ${reason.name}`}
              isQuiet
              value={reason.name}
              maxLength={100}
              disabled={!mayManage}
              onSave={name => change.mutate({ params: { lostReasonId: reason.id }, body: { name } })}
            />
            {mayManage ? (
              <IconButton label={`Delete ${reason.name}`} onClick={() => take(reason)}>
                <Trash2 size={14} />
              </IconButton>
            ) : null}
          </>
        )}
      />
      {mayManage ? <NewReason /> : null}
    </>
  )
}

function ordered(items: readonly LostReason[], order: readonly string[] | undefined): readonly LostReason[] {
  if (!order) return items
  return items.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

function NewReason() {
  const [name, setName] = useState('')
  const create = usePipelineAct(createLostReason)
  return (
    <form
      className={classes.line}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') create.mutate({ body: { name } }, { onSuccess: () => setName('') })
      }}
    >
      <TextInput
        className={classes.grows}
        aria-label="A new reason"
        placeholder="New reason"
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
        Add
      </Button>
    </form>
  )
}
