import { Button, PasswordInput, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { listSources, rotateSourceSecret, type Source } from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import classes from './sources.module.css'

const KEPT = [
  { value: '0', label: 'Not at all' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours' },
  { value: '168', label: '7 days' },
]

/** Gives a source another secret and shows it this once. */
export function SourceSecret({ source }: { source: Source }) {
  const queryClient = useQueryClient()
  const [own, setOwn] = useState('')
  const [kept, setKept] = useState('24')
  const [secret, setSecret] = useState<string>()
  const isCalendly = source.kind === 'calendly'
  const word = isCalendly ? 'signing key' : 'secret'
  const act = useAct(rotateSourceSecret, {
    onSuccess: answer => {
      setSecret(answer.secret)
      setOwn('')
      const params = { workflowId: source.workflowId }
      void queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params }) })
    },
  })
  if (secret !== undefined)
    return <NewSecret secret={secret} word={word} onClose={() => setSecret(undefined)} />
  const rotate = () =>
    act.mutate({
      params: { leadSourceId: source.id },
      body: { keepPreviousHours: Number(kept), ...(own === '' ? {} : { secret: own }) },
    })
  const { what, next } = act.error ? problemWords(act.error) : { what: undefined, next: undefined }
  const error = act.error
    ? (fieldErrors(act.error).secret ?? [what, next].filter(Boolean).join(' '))
    : undefined
  return (
    <div className={classes.stack}>
      <Select
        className={classes.wide ?? ''}
        label={`Accept the old ${word}`}
        data={KEPT}
        value={kept}
        allowDeselect={false}
        onChange={value => value && setKept(value)}
      />
      <PasswordInput
        className={classes.wide ?? ''}
        label={isCalendly ? 'Signing key of Calendly' : 'Secret of the sender'}
        description={`Only when the sender has made one. Otherwise one is made here.`}
        autoComplete="off"
        value={own}
        error={error}
        onChange={event => {
          act.reset()
          setOwn(event.currentTarget.value)
        }}
      />
      {act.isPending ? (
        <Button loading>Change {word}</Button>
      ) : (
        <InlineConfirm
          label={`Change ${word}`}
          consequence={
            kept === '0'
              ? `Senders with the old ${word} are refused from now on.`
              : `Senders have to change to the new ${word} in that time.`
          }
          onConfirm={rotate}
        />
      )}
    </div>
  )
}

/** The secret, once. It takes the focus, so that nobody overlooks it. */
function NewSecret({ secret, word, onClose }: { secret: string; word: string; onClose: () => void }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <section ref={box} className={classes.preview} aria-label={`New ${word}`} tabIndex={-1}>
      <div className={classes.stack}>
        <p>Copy the new {word} now. It is not shown again.</p>
        <CopyText label={word} text={secret} />
        <Button onClick={onClose}>I have copied it</Button>
      </div>
    </section>
  )
}
