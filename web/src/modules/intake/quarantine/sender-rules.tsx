import { Button, Select, TextInput } from '@mantine/core'
import { Ban, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { SenderRule } from '#modules/intake/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { ListFoot } from '../../../ui/list-foot.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import classes from './quarantine.module.css'
import { useDecideSender, useSenderRules } from './use-quarantine.ts'

const VERDICTS = [
  { value: 'block', label: 'Hold back' },
  { value: 'allow', label: 'Let in' },
]

/** Senders that are held back whatever they write, and senders that are let in whatever they write. */
export function SenderRules() {
  const mayDecide = useMay('quarantine:write')
  const list = useSenderRules()
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <div className={classes.list}>
      {mayDecide ? <NewRule /> : null}
      {list.isError && rows === undefined ? <PageError error={list.error} reset={list.refetch} /> : null}
      {rows === undefined && !list.isError ? <TableSkeleton /> : null}
      {rows?.length === 0 ? (
        <EmptyState icon={<Ban size={20} />}>
          Nobody has been decided about. Everybody who sends a form is judged by what they send.
        </EmptyState>
      ) : null}
      {rows && rows.length > 0 ? (
        <>
          <ul className={classes.rules} aria-label="Senders that were decided about">
            {rows.map(rule => (
              <RuleRow key={rule.id} rule={rule} mayDecide={mayDecide} />
            ))}
          </ul>
          <ListFoot count={rows.length} one="sender" many="senders" list={list} />
        </>
      ) : null}
    </div>
  )
}

const nameOf = ({ kind, value }: SenderRule) =>
  kind === 'domain' ? `Everybody at ${value}` : (value ?? (kind === 'network' ? 'A network' : 'An address'))

function RuleRow({ rule, mayDecide }: { rule: SenderRule; mayDecide: boolean }) {
  const { remove } = useDecideSender(() => {})
  return (
    <li className={classes.rule}>
      <span className={classes.strong}>{nameOf(rule)}</span>
      <Status kind={rule.verdict === 'block' ? 'cancelled' : 'done'}>
        {rule.verdict === 'block' ? 'Held back' : 'Let in'}
      </Status>
      <RelativeTime at={rule.createdAt} />
      {mayDecide ? (
        <IconButton
          label={`Judge like everybody again: ${nameOf(rule)}`}
          onClick={() => remove.mutate({ params: { senderRuleId: rule.id } })}
        >
          <X size={14} />
        </IconButton>
      ) : null}
    </li>
  )
}

function NewRule() {
  const [value, setValue] = useState('')
  const [verdict, setVerdict] = useState<'block' | 'allow'>('block')
  const { create } = useDecideSender(() => setValue(''))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const sender = value.trim()
    if (sender === '') return
    const kind = sender.includes('@') ? 'email' : 'domain'
    create.mutate({ body: { kind, value: sender, verdict } })
  }
  const errors = fieldErrors(create.error)
  const words = create.error && errors.value === undefined ? problemWords(create.error) : undefined
  return (
    <form className={classes.newRule} noValidate onSubmit={submit} aria-label="Decide about a sender">
      <TextInput
        className={classes.grow ?? ''}
        label="E-mail address or domain"
        placeholder="example.com"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        value={value}
        error={errors.value}
        onChange={event => setValue(event.currentTarget.value)}
      />
      <Select
        className={classes.verdict ?? ''}
        label="What they send"
        allowDeselect={false}
        data={VERDICTS}
        value={verdict}
        onChange={chosen => setVerdict(chosen === 'allow' ? 'allow' : 'block')}
      />
      <Button type="submit" loading={create.isPending}>
        Add
      </Button>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
    </form>
  )
}
