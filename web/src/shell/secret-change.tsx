import { Button, PasswordInput, Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { CopyText } from '../ui/copy-text.tsx'
import { InlineConfirm } from '../ui/inline-confirm.tsx'
import { fieldErrors, problemWords } from './problem.ts'
import classes from './secret-change.module.css'

const KEPT = [
  { value: '0', label: 'Not at all' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours' },
  { value: '168', label: '7 days' },
]

/** What the routes that change a secret take: how long the old one is accepted, and the new one where it is not made there. */
interface Change {
  readonly keepPreviousHours: number
  readonly secret?: string
}

interface SecretChangeProps {
  /** What the secret is called where it is used. */
  word: string
  own: { readonly label: string; readonly about: string }
  /** The act that changes it, as `useAct` has it. */
  act: {
    readonly data: { readonly secret: string } | undefined
    readonly error: Error | null
    readonly isPending: boolean
    readonly reset: () => void
  }
  onChange: (change: Change) => void
}

/** Gives what senders prove themselves with another secret, and shows it this once. */
export function SecretChange({ word, own, act, onChange }: SecretChangeProps) {
  if (act.data) return <NewSecret secret={act.data.secret} word={word} onClose={act.reset} />
  return <ChangeForm word={word} own={own} act={act} onChange={onChange} />
}

function ChangeForm({ word, own, act, onChange }: SecretChangeProps) {
  const [secret, setSecret] = useState('')
  const [kept, setKept] = useState('24')
  return (
    <div className={classes.stack}>
      <Select
        className={classes.kept ?? ''}
        label={`Accept the old ${word}`}
        data={KEPT}
        value={kept}
        allowDeselect={false}
        onChange={value => value && setKept(value)}
      />
      <PasswordInput
        className={classes.own ?? ''}
        label={own.label}
        description={own.about}
        autoComplete="off"
        value={secret}
        error={act.error ? secretProblem(act.error) : undefined}
        onChange={event => {
          act.reset()
          setSecret(event.currentTarget.value)
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
          onConfirm={() =>
            onChange({ keepPreviousHours: Number(kept), ...(secret === '' ? {} : { secret }) })
          }
        />
      )}
    </div>
  )
}

function secretProblem(error: Error): string {
  const { what, next } = problemWords(error)
  return fieldErrors(error).secret ?? [what, next].filter(Boolean).join(' ')
}

/** The secret, once. It takes the focus, so that nobody overlooks it. */
function NewSecret({ secret, word, onClose }: { secret: string; word: string; onClose: () => void }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <section ref={box} className={classes.secret} aria-label={`New ${word}`} tabIndex={-1}>
      <p className={classes.warning}>Copy the new {word} now. It is not shown again.</p>
      <CopyText label={word} text={secret} />
      <Button onClick={onClose}>I have copied it</Button>
    </section>
  )
}
