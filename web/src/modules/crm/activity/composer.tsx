import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Kbd } from '../../../ui/kbd.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import classes from './activity.module.css'
import { outcomeOptions } from './activity-facts.tsx'
import { activityIcons } from './activity-icons.tsx'
import type { About } from './activity-routes.ts'
import {
  bodyOf,
  type ComposerKind,
  type Draft,
  EMPTY,
  isBlank,
  keepDraft,
  lackOf,
  readDraft,
} from './draft.ts'
import { useCreateActivity } from './new-activity.ts'

const kinds: readonly { value: ComposerKind; label: string; begin: string; ask: string; save: string }[] = [
  { value: 'note', label: 'Note', begin: 'Write a note', ask: 'Write a note', save: 'Add note' },
  { value: 'call', label: 'Call', begin: 'Log a call', ask: 'What was said', save: 'Log call' },
  { value: 'task', label: 'Task', begin: 'Add a task', ask: 'Details', save: 'Add task' },
  {
    value: 'meeting',
    label: 'Meeting',
    begin: 'Add a meeting',
    ask: 'What it is about',
    save: 'Add meeting',
  },
]

const lengths = [15, 30, 45, 60, 90, 120].map(minutes => ({
  value: String(minutes),
  label: minutes < 60 ? `${minutes} min` : `${minutes / 60} h`,
}))

const titles: Readonly<Record<ComposerKind, string>> = {
  note: '',
  call: 'Subject of the call',
  task: 'What is to be done',
  meeting: 'Subject of the meeting',
}

/**
 * Writes a note, logs a call, adds a task or a meeting at a record. What was begun is still there after a reload, and after a
 * failure; what was sent stands on the timeline at once.
 */
export function Composer({ object, id }: About) {
  // What is begun at one record is never saved at the next.
  return <ComposerAt key={`${object} ${id}`} object={object} id={id} />
}

function ComposerAt({ object, id }: About) {
  const about = { object, id }
  const mayWrite = useMay('activities:write')
  const [draft, setDraft] = useState(() => readDraft(about))
  const [isOpen, setOpen] = useState(() => !isBlank(readDraft(about)))
  const [failure, setFailure] = useState<unknown>()
  const [asked, setAsked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const sent = useRef<Draft>(EMPTY)
  const create = useCreateActivity(error => {
    // What could not be sent comes back to where it was written, unless something new stands there.
    setDraft(now => (isBlank(now) ? sent.current : now))
    keepDraft(about, sent.current)
    setOpen(true)
    setFailure(error)
  })
  const change = (patch: Partial<Draft>) => {
    const next = { ...draft, ...patch }
    setDraft(next)
    keepDraft(about, next)
    setAsked(false)
  }
  const open = (kind: ComposerKind) => {
    change({ kind })
    setOpen(true)
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[data-first]')?.focus())
  }
  useShortcuts(
    mayWrite ? [{ keys: 'n', label: 'Write a note', group: 'Record', run: () => open('note') }] : [],
  )
  usePaletteActions(
    kinds
      .filter(() => mayWrite)
      .map(({ value, begin }) => ({
        id: `record.${value}`,
        label: begin,
        group: 'This record',
        keys: value === 'note' ? 'n' : undefined,
        icon: activityIcons[value],
        run: () => open(value),
      })),
  )
  if (!mayWrite) return null
  const lack = lackOf(draft)
  const save = () => {
    setAsked(true)
    if (lack) return
    sent.current = draft
    setFailure(undefined)
    create.mutate({ body: bodyOf(draft, about) })
    const next = { ...EMPTY, kind: draft.kind }
    setDraft(next)
    keepDraft(about, next)
    setAsked(false)
    form.current?.querySelector<HTMLElement>('[data-first]')?.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault()
      save()
    } else if (event.key === 'Escape' && isBlank(draft)) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
  }
  if (!isOpen) return <Closed onOpen={open} />
  const words = kinds.find(({ value }) => value === draft.kind)
  return (
    <form
      ref={form}
      className={classes.composer}
      aria-label="Write something down"
      onKeyDown={press}
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <Choice label="What it is" options={kinds} value={draft.kind} onChange={kind => change({ kind })} />
      <Fields draft={draft} change={change} ask={words?.ask ?? ''} />
      {asked && lack ? <p className={classes.lack}>{lack}</p> : null}
      {failure ? (
        <p className={classes.lack} role="alert">
          {problemWords(failure).what} What you wrote is still here.
        </p>
      ) : null}
      <div className={classes.composerFoot}>
        <span className={classes.hint}>Markdown works: **bold**, lists, links</span>
        <Button type="button" variant="subtle" size="xs" onClick={() => setOpen(false)}>
          Close
        </Button>
        <Button type="submit" variant="filled" size="xs" rightSection={<Kbd keys="mod+enter" />}>
          {words?.save}
        </Button>
      </div>
    </form>
  )
}

function Closed({ onOpen }: { onOpen: (kind: ComposerKind) => void }) {
  return (
    <fieldset className={classes.starts}>
      <legend className="visually-hidden">Write something down</legend>
      {kinds.map(({ value, label }) => {
        const Icon = activityIcons[value]
        return (
          <Button
            key={value}
            variant="default"
            size="xs"
            leftSection={<Icon size={14} aria-hidden="true" />}
            onClick={() => onOpen(value)}
          >
            {label}
          </Button>
        )
      })}
    </fieldset>
  )
}

interface FieldsProps {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  ask: string
}

function Fields({ draft, change, ask }: FieldsProps): ReactNode {
  const whenId = useId()
  const { kind } = draft
  return (
    <>
      {kind === 'note' ? null : (
        <TextInput
          data-first
          aria-label={titles[kind]}
          placeholder={titles[kind]}
          maxLength={300}
          value={draft.title}
          onChange={event => change({ title: event.currentTarget.value })}
        />
      )}
      <Textarea
        {...(kind === 'note' ? { 'data-first': true } : {})}
        aria-label={ask}
        placeholder={ask}
        autosize
        minRows={kind === 'task' ? 1 : 3}
        maxRows={16}
        maxLength={20_000}
        value={draft.body}
        onChange={event => change({ body: event.currentTarget.value })}
      />
      {kind === 'call' ? (
        <Select
          aria-label="How the call ended"
          placeholder="How it ended"
          data={outcomeOptions}
          clearable
          value={draft.outcome || null}
          onChange={outcome => change({ outcome: (outcome ?? '') as Draft['outcome'] })}
        />
      ) : null}
      {kind === 'task' ? (
        <label className={classes.when} htmlFor={whenId}>
          <span>Due</span>
          <TextInput
            id={whenId}
            type="date"
            min="1900-01-01"
            value={draft.dueOn}
            onChange={event => change({ dueOn: event.currentTarget.value })}
          />
        </label>
      ) : null}
      {kind === 'meeting' ? (
        <div className={classes.when}>
          <TextInput
            type="datetime-local"
            aria-label="Begins"
            min="1900-01-01T00:00"
            value={draft.startsAt}
            onChange={event => change({ startsAt: event.currentTarget.value })}
          />
          <Select
            aria-label="How long"
            data={lengths}
            allowDeselect={false}
            value={String(draft.minutes)}
            onChange={minutes => change({ minutes: Number(minutes ?? 30) })}
          />
        </div>
      ) : null}
    </>
  )
}
