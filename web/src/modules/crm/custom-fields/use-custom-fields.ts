import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  type CustomField,
  changeCustomField,
  listCustomFields,
  listRecordFields,
  orderCustomFields,
  type RecordObject,
} from '#modules/crm/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastFailed, toastUndo } from '../../../ui/toast-store.ts'

/** The custom fields of an object, kept up to date. */
export function useCustomFields(object: RecordObject) {
  useEffect(() => renewOnLive('custom_field', [listCustomFields.id, listRecordFields.id]), [])
  return useQuery(routeQuery(listCustomFields, { query: { object } }))
}

/** Reads fields again wherever they are shown. */
export function useRenewFields(): () => void {
  const queryClient = useQueryClient()
  return () => {
    for (const route of [listCustomFields, listRecordFields])
      void queryClient.invalidateQueries({ queryKey: [route.id] })
  }
}

/** Puts the fields of an object in order: here at once, and back when it is refused. */
export function useOrderFields(object: RecordObject): (fields: readonly CustomField[]) => void {
  const queryClient = useQueryClient()
  const renew = useRenewFields()
  const key = routeKey(listCustomFields, { query: { object } })
  const act = useAct(orderCustomFields, {
    // One after the other, so that the last one is what is stored.
    scope: { id: orderCustomFields.id },
    // With several moves on their way the last one is what is shown.
    onSettled: () => {
      if (queryClient.isMutating({ mutationKey: [orderCustomFields.id] }) <= 1) renew()
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: 'The order was not saved.', detail: next ?? what, requestId })
    },
  })
  return fields => {
    void queryClient.cancelQueries({ queryKey: key })
    queryClient.setQueryData<{ items: CustomField[] }>(key, before => {
      if (!before) return before
      const moved = new Set(fields.map(({ id }) => id))
      return { items: [...fields, ...before.items.filter(({ id }) => !moved.has(id))] }
    })
    act.mutate({ body: { object, fieldIds: fields.map(({ id }) => id) } })
  }
}

/** Archives a field or brings it back; archiving offers the way back, also when its panel has closed by then. */
export function useArchiveField(): (fieldId: string, isArchived: boolean) => void {
  const renew = useRenewFields()
  const act = useAct(changeCustomField, {
    onSuccess: field => {
      renew()
      if (field.isArchived)
        toastUndo(`“${field.label}” is archived. Its values are kept.`, () => set(field.id, false))
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId })
    },
  })
  const set = (fieldId: string, isArchived: boolean) =>
    act.mutate({ params: { fieldId }, body: { isArchived } })
  return set
}
