import { Menu, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { Copy, Ellipsis, Trash2 } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { FieldKey, type FieldType } from '#modules/intake/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import type { DraftEdit, DraftField } from './draft.ts'
import { withChange, withCopy, withKey, withoutField, withType } from './draft-edits.ts'
import { problemAt } from './draft-problems.ts'
import { freeKey, keyOf } from './field-keys.ts'
import { FIELD_TYPES, hasOptions, isPrefilled, kindOf } from './field-kinds.ts'
import { OptionsEditor } from './options-editor.tsx'
import { PrefillEditor } from './prefill-editor.tsx'
import { hasRules, RulesEditor } from './rules-editor.tsx'
import { useMenuFocus } from './use-menu-focus.ts'
import { VisibilityEditor } from './visibility-editor.tsx'

const PURPOSES = [
  { value: '', label: 'Something else, such as terms' },
  { value: 'email_marketing', label: 'E-mail marketing' },
  { value: 'tracking', label: 'Tracking' },
  { value: 'profiling', label: 'Profiling' },
]

/** Everything that can be set for a field, in place under its name. */
export function FieldSettings({ field, isNew }: { field: DraftField; isNew: boolean }) {
  const { session, problems, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const { key, type } = field
  const put = (change: Partial<DraftField>) =>
    session.apply(withChange(session.get().value, key, change), { isQuiet: true })
  const act = (edit: DraftEdit | undefined) => session.apply(edit)
  const wrong = (...path: string[]) => problemAt(problems, key, path)
  const above = draft.fields.slice(0, draft.fields.indexOf(field))
  return (
    <div className={classes.settings}>
      <LabelInput field={field} isNew={isNew} error={wrong('label')} />
      {type === 'CONSENT' ? (
        <>
          <Textarea
            label="What is agreed to"
            description="[words](https://example.com/privacy) makes a link"
            autosize
            minRows={2}
            maxRows={10}
            maxLength={2000}
            readOnly={isReadOnly}
            value={field.text ?? ''}
            error={wrong('text')}
            onChange={event => put({ text: event.currentTarget.value })}
          />
          <Select
            label="Recorded with the person as"
            data={PURPOSES}
            value={field.purpose ?? ''}
            allowDeselect={false}
            readOnly={isReadOnly}
            onChange={purpose => put({ purpose: purpose || null })}
          />
        </>
      ) : null}
      {type === 'HIDDEN' ? null : (
        <TextInput
          label="Help text"
          placeholder="Nothing"
          value={field.help}
          maxLength={500}
          readOnly={isReadOnly}
          error={wrong('help')}
          onChange={event => put({ help: event.currentTarget.value })}
        />
      )}
      {hasOptions(type) ? (
        <OptionsEditor
          options={field.options ?? []}
          error={problemAt(problems, key, ['options'], true)}
          isReadOnly={isReadOnly}
          onChange={options => put({ options })}
        />
      ) : null}
      {type === 'HIDDEN' ? null : (
        <Switch
          label={type === 'CHECKBOX' || type === 'CONSENT' ? 'Has to be ticked' : 'Required'}
          checked={field.required}
          disabled={isReadOnly}
          error={wrong('required')}
          onChange={event => put({ required: event.currentTarget.checked })}
        />
      )}
      {hasRules(type) ? (
        <Part title="Rules" isOpen={Object.keys(field.validation).length > 0}>
          <RulesEditor field={field} onChange={validation => put({ validation })} />
        </Part>
      ) : null}
      {type === 'HIDDEN' ? null : (
        <Part title="When it is asked" isOpen={field.visibleWhen !== undefined}>
          <VisibilityEditor field={field} above={above} onChange={visibleWhen => put({ visibleWhen })} />
          {wrong('visibleWhen') ? <p className={classes.error}>{wrong('visibleWhen')}</p> : null}
        </Part>
      )}
      {isPrefilled(type) ? (
        <Part title="Filled in before" isOpen={type === 'HIDDEN' || field.prefill !== undefined}>
          <PrefillEditor field={field} onChange={prefill => put({ prefill })} />
        </Part>
      ) : null}
      <Part title="Type and key" isOpen={wrong('key') !== undefined}>
        <Select
          label="Type"
          data={FIELD_TYPES.map(each => ({ value: each, label: kindOf(each).name }))}
          value={type}
          allowDeselect={false}
          readOnly={isReadOnly}
          onChange={next => next && act(withType(session.get().value, key, next as FieldType))}
        />
        <KeyInput field={field} error={wrong('key')} />
      </Part>
    </div>
  )
}

/** A part of the settings that few fields need, closed until somebody asks or something is set in it. */
function Part({ title, isOpen, children }: { title: string; isOpen: boolean; children: ReactNode }) {
  const [isWanted, setWanted] = useState(isOpen)
  return (
    <details
      className={classes.part}
      open={isWanted || isOpen}
      onToggle={event => setWanted(event.currentTarget.open)}
    >
      <summary>{title}</summary>
      <div className={classes.partBody}>{children}</div>
    </details>
  )
}

/** What is asked. The key of a field that nobody knows yet follows it. */
function LabelInput({
  field,
  isNew,
  error,
}: {
  field: DraftField
  isNew: boolean
  error: string | undefined
}) {
  const { session, published, isReadOnly } = useBuilder()
  const input = useRef<HTMLInputElement>(null)
  const { key, label, type } = field
  const before = useRef(label)
  // A new field waits for its own words.
  useEffect(() => {
    if (!isNew) return
    input.current?.focus()
    input.current?.select()
  }, [isNew])
  const settleKey = () => {
    const was = keyOf(before.current) ?? 'field'
    const isOurs = key === was || new RegExp(`^${was}_\\d+$`).test(key)
    before.current = label
    const wish = keyOf(label)
    if (published.has(key) || !isOurs || wish === undefined || wish === was) return
    const { value } = session.get()
    const taken = new Set(value.fields.map(each => each.key).filter(each => each !== key))
    session.apply(withKey(value, key, freeKey(wish, taken)), { isQuiet: true })
  }
  return (
    <TextInput
      ref={input}
      label={type === 'HIDDEN' || type === 'CONSENT' ? 'Name inside the organization' : 'Question'}
      value={label}
      maxLength={200}
      readOnly={isReadOnly}
      error={error}
      onFocus={() => {
        before.current = label
      }}
      onBlur={settleKey}
      onChange={event =>
        session.apply(withChange(session.get().value, key, { label: event.currentTarget.value }), {
          isQuiet: true,
        })
      }
    />
  )
}

/** The key of a field; taken over when it is left, because until then it is half a word. */
function KeyInput({ field, error }: { field: DraftField; error: string | undefined }) {
  const { session, published, isReadOnly } = useBuilder()
  const [text, setText] = useState(field.key)
  useEffect(() => setText(field.key), [field.key])
  const isTaken = session.get().value.fields.some(each => each !== field && each.key === text)
  const checked = FieldKey.safeParse(text)
  const wrong = isTaken
    ? 'Another field has this key.'
    : checked.success
      ? error
      : checked.error.issues[0]?.message
  const isKnown = published.has(field.key)
  return (
    <TextInput
      label="Key"
      description={
        isKnown
          ? 'Answers, workflows and programs know it by this key; another key makes another field.'
          : 'What answers, workflows and programs know it by'
      }
      classNames={{ input: classes.code ?? '' }}
      value={text}
      maxLength={63}
      readOnly={isReadOnly}
      error={wrong}
      onChange={event => setText(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') setText(field.key)
      }}
      onBlur={() => {
        if (wrong === undefined && text !== field.key)
          session.apply(withKey(session.get().value, field.key, text))
      }}
    />
  )
}

/** What can be done with a field without opening it. */
export function FieldMenu({ field }: { field: DraftField }) {
  const { session } = useBuilder()
  const { button, acting, menu } = useMenuFocus()
  const takeOut = () => {
    const { value, open } = session.get()
    const edit = withoutField(value, field.key)
    if (!edit) return
    // Another field that is open stays open.
    session.apply(open === field.key ? edit : { ...edit, open: undefined })
    // The button that had the focus is gone with its field.
    const next = edit.open ? `[data-field="${edit.open}"] button` : '[data-add-field]'
    requestAnimationFrame(() => document.querySelector<HTMLElement>(next)?.focus())
  }
  return (
    <Menu position="bottom-end" width={170} {...menu}>
      <Menu.Target>
        <IconButton ref={button} label={`More for ${field.label || field.key}`} size="sm">
          <Ellipsis size={15} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Copy size={14} />}
          onClick={acting(() => session.apply(withCopy(session.get().value, field.key)))}
        >
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} />} onClick={acting(takeOut)}>
          Take out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
