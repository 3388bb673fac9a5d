import { Button, PasswordInput, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { getWebhook, rotateWebhookSecret } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import classes from './trigger-tab.module.css'

const KEPT = [
  { value: '0', label: 'Not at all' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours' },
  { value: '168', label: '7 days' },
]

/** Gives a webhook another secret and shows it this once. */
export function WebhookSecret({ workflowId }: { workflowId: string }) {
  const queryClient = useQueryClient()
  const params = { workflowId }
  const [own, setOwn] = useState('')
  const [kept, setKept] = useState('24')
  const [secret, setSecret] = useState<string>()
  const act = useAct(rotateWebhookSecret, {
    onSuccess: answer => {
      setSecret(answer.secret)
      setOwn('')
      void queryClient.invalidateQueries({ queryKey: routeKey(getWebhook, { params }) })
    },
  })
  if (secret !== undefined) return <NewSecret secret={secret} onClose={() => setSecret(undefined)} />
  const error = act.error ? (fieldErrors(act.error).secret ?? secretProblem(act.error)) : undefined
  const consequence =
    kept === '0'
      ? 'Senders with the old secret are refused from now on.'
      : 'Senders have to change to the new secret in that time.'
  const rotate = () =>
    act.mutate({
      params,
      body: { keepPreviousHours: Number(kept), ...(own === '' ? {} : { secret: own }) },
    })
  return (
    <div className={classes.stack}>
      <Select
        className={classes.short ?? ''}
        label="Accept the old secret"
        data={KEPT}
        value={kept}
        onChange={value => value && setKept(value)}
      />
      <PasswordInput
        className={classes.own ?? ''}
        label="Secret of the sender"
        description="Only when the sender has made one, as Stripe does. Otherwise one is made here."
        autoComplete="off"
        value={own}
        error={error}
        onChange={event => {
          act.reset()
          setOwn(event.currentTarget.value)
        }}
      />
      {act.isPending ? (
        <Button loading className={classes.short ?? ''}>
          Change secret
        </Button>
      ) : (
        <InlineConfirm label="Change secret" consequence={consequence} onConfirm={rotate} />
      )}
    </div>
  )
}

function secretProblem(error: Error): string {
  const { what, next } = problemWords(error)
  return [what, next].filter(Boolean).join(' ')
}

/** The secret, once. It takes the focus, so that nobody overlooks it. */
function NewSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <section ref={box} className={classes.secret} aria-label="New secret" tabIndex={-1}>
      <p className={classes.warning}>Copy the new secret now. It is not shown again.</p>
      <CopyText label="Secret" text={secret} />
      <Button onClick={onClose}>I have copied it</Button>
    </section>
  )
}
