import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useRef } from 'react'
import {
  deleteFormField,
  type FormDraft,
  type FormFieldLife,
  listFormFields,
  restoreFormField,
} from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import { useFormAct } from './use-form-acts.ts'

/** Fields that the form no longer asks for, with their answers: they come back, or go for good. */
export function ArchivedFields({ form }: { form: FormDraft }) {
  const params = { workflowId: form.workflowId }
  const { data, error, refetch } = useQuery(routeQuery(listFormFields, { params }))
  const archived = data?.items.filter(({ isArchived }) => isArchived) ?? []
  const words = error && !data ? problemWords(error) : undefined
  return (
    <section aria-labelledby="form-archived">
      <h2 id="form-archived" className={classes.heading}>
        No longer asked
      </h2>
      {words ? (
        <ErrorState
          what={words.what}
          next={words.next}
          requestId={words.requestId}
          onRetry={() => refetch()}
        />
      ) : null}
      {data && archived.length === 0 ? (
        <p className={classes.hint}>
          Fields that are taken out stand here once that is published. Their answers stay.
        </p>
      ) : null}
      <ul className={classes.versions}>
        {archived.map(life => (
          <ArchivedField key={life.key} form={form} life={life} />
        ))}
      </ul>
    </section>
  )
}

function ArchivedField({ form, life }: { form: FormDraft; life: FormFieldLife }) {
  const { session, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const queryClient = useQueryClient()
  const { key, label, answers } = life
  const params = { workflowId: form.workflowId, fieldKey: key }
  const row = useRef<HTMLLIElement>(null)
  // The button that had the focus goes away; the panel keeps it.
  const keepFocus = () => row.current?.closest<HTMLElement>('[role="dialog"]')?.focus()
  const isBack = draft.fields.some(field => field.key === key)
  const restore = useFormAct(restoreFormField, session, {
    words: `Restored “${label}”.`,
    onDone: () => {
      keepFocus()
      session.open(key)
      toastDone(`“${label}” is asked again once this is published.`)
    },
  })
  const renew = () =>
    queryClient.invalidateQueries({
      queryKey: routeKey(listFormFields, { params: { workflowId: form.workflowId } }),
    })
  const remove = useAct(deleteFormField, {
    onSuccess: () => {
      keepFocus()
      void renew()
      toastDone(`“${label}” is deleted, with ${counted(answers)}.`)
    },
    onError: error => {
      // Another answer may have come in since it was counted.
      void renew()
      sayFailed(error)
    },
  })
  return (
    <li ref={row} className={classes.version}>
      <span className={classes.words}>
        <span className={classes.name}>{label}</span>
        <span className={classes.what}>
          {key}, {counted(answers)}
        </span>
      </span>
      {isReadOnly ? null : isBack ? (
        <span className={classes.hint}>Back in the draft</span>
      ) : (
        <span className={classes.acts}>
          <Button
            aria-label={`Restore ${label}`}
            loading={restore.isPending}
            onClick={() => void restore.run({ params })}
          >
            Restore
          </Button>
          <InlineConfirm
            label={`Delete ${label}`}
            consequence={answers === 0 ? 'It has no answers.' : `Removes ${counted(answers)} for good.`}
            icon={<Trash2 size={14} />}
            onConfirm={() => remove.mutate({ params, query: { confirm: answers } })}
          />
        </span>
      )}
    </li>
  )
}

const counted = (answers: number) =>
  answers === 1 ? '1 answer' : answers === 0 ? 'no answers' : `${answers.toLocaleString()} answers`
