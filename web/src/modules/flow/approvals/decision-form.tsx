import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { type Approval, decideApproval, getApproval, listApprovals } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Choice } from '../../../ui/choice.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import { Kbd } from '../../../ui/kbd.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import type { NextSteps } from './approval-words.ts'
import classes from './approvals.module.css'

const COMMENT_MAX = 2_000

type Decision = 'approved' | 'rejected'

interface DecisionFormProps {
  approval: Approval
  next: NextSteps | undefined
}

/** The answer of somebody who was asked. The keys choose and lead to the comment; only sending decides. */
export function DecisionForm({ approval, next }: DecisionFormProps) {
  const [decision, setDecision] = useState<Decision>('approved')
  const [comment, setComment] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const queryClient = useQueryClient()
  const params = { approvalId: approval.id }
  const renew = () => void queryClient.invalidateQueries({ queryKey: routeKey(listApprovals) })
  const act = useAct(decideApproval, {
    onSuccess: decided => {
      queryClient.setQueryData(routeKey(getApproval, { params }), decided)
      renew()
      toastDone(decided.status === 'approved' ? 'Approved. The run goes on.' : 'Rejected. The run goes on.')
    },
    onError: error => {
      renew()
      void queryClient.invalidateQueries({ queryKey: routeKey(getApproval, { params }) })
      sayFailed(error)
    },
  })
  const send = () => act.mutate({ params, body: { decision, comment: comment.trim() } })
  const choose = (value: Decision) => {
    setDecision(value)
    field.current?.focus()
  }
  useShortcuts([
    { keys: 'a', label: 'Approve, with a comment', group: 'Approval', run: () => choose('approved') },
    { keys: 'r', label: 'Reject, with a comment', group: 'Approval', run: () => choose('rejected') },
  ])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey) || act.isPending) return
    event.preventDefault()
    send()
  }
  const isApproval = decision === 'approved'
  return (
    <form className={classes.form} onSubmit={submit} onKeyDown={onKeyDown}>
      <Choice
        label="Decision"
        options={[
          { value: 'approved', label: 'Approve' },
          { value: 'rejected', label: 'Reject' },
        ]}
        value={decision}
        onChange={setDecision}
      />
      <p className={classes.next} aria-live="polite">
        {next?.[decision] ?? 'The run goes on with your answer.'} The first answer counts and cannot be
        changed.
      </p>
      <FormField label="Comment" required={false} hint="Later steps of the run can read it.">
        {control => (
          <textarea
            {...control}
            ref={field}
            className={classes.comment}
            rows={3}
            maxLength={COMMENT_MAX}
            value={comment}
            onChange={event => setComment(event.currentTarget.value)}
          />
        )}
      </FormField>
      <div className={classes.send}>
        <Button
          type="submit"
          variant="filled"
          {...(isApproval ? {} : { color: 'red' })}
          loading={act.isPending}
        >
          {isApproval ? 'Approve' : 'Reject'}
        </Button>
        <Kbd keys="mod+enter" />
      </div>
    </form>
  )
}
