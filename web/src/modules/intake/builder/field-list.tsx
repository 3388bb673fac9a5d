import { Button, Menu, Textarea, TextInput } from '@mantine/core'
import { CircleAlert, GitBranch, Plus, Trash2 } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import type { DraftField, DraftPage } from './draft.ts'
import {
  type Entry,
  entriesOf,
  sorted,
  withField,
  withoutPage,
  withPage,
  withSettings,
} from './draft-edits.ts'
import { problemAt } from './draft-problems.ts'
import { FIELD_TYPES, kindOf } from './field-kinds.ts'
import { FieldMenu, FieldSettings } from './field-settings.tsx'
import { useMenuFocus } from './use-menu-focus.ts'
import { visibilityWords } from './visibility-words.ts'

/** The fields of the form in their order, with the headings of its pages; one of them is open. */
export function FieldList() {
  const { session, problems, isReadOnly } = useBuilder()
  const { value: draft } = useSnapshot(session)
  const entries = entriesOf(draft)
  const general = problemAt(problems, undefined, ['fields'])
  const sort = (next: readonly Entry[]) => {
    if (isReadOnly) return
    const moved = next.find((entry, index) => entry.id !== entries[index]?.id)
    const name = moved?.kind === 'field' ? moved.field.label : (moved?.page.title ?? '')
    session.apply(sorted(session.get().value, next, name), { isQuiet: true })
  }
  return (
    <div className={classes.fields}>
      {draft.pages[0] ? <PageHead page={draft.pages[0]} index={0} /> : null}
      <SortList
        label="Fields of the form"
        items={entries}
        idOf={entry => (entry.kind === 'page' ? entry.id : session.rowOf(entry.field.key))}
        nameOf={entry => (entry.kind === 'page' ? entry.page.title : entry.field.label || entry.field.key)}
        onSort={sort}
        isTall
      >
        {entry =>
          entry.kind === 'page' ? (
            <PageHead page={entry.page} index={entry.index} />
          ) : (
            <FieldRow field={entry.field} fields={draft.fields} />
          )
        }
      </SortList>
      {general ? <p className={classes.error}>{general}</p> : null}
      <AddField />
    </div>
  )
}

/** What can be added: a field of any type, or a page. */
function AddField() {
  const { session, isReadOnly } = useBuilder()
  const { button, acting, menu } = useMenuFocus()
  if (isReadOnly) return null
  return (
    <div className={classes.adding}>
      <Menu position="bottom-start" width={300} {...menu}>
        <Menu.Target>
          <Button ref={button} data-add-field="" leftSection={<Plus size={14} />}>
            Add a field
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.kinds ?? ''}>
          {FIELD_TYPES.map(type => {
            const { name, about, icon: Icon } = kindOf(type)
            return (
              <Menu.Item
                key={type}
                aria-label={name}
                leftSection={<Icon size={15} aria-hidden="true" />}
                onClick={acting(() => {
                  const { value, open } = session.get()
                  session.apply(withField(value, type, open))
                })}
              >
                <span className={classes.kind}>{name}</span>
                <span className={classes.about}>{about}</span>
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      <Button
        variant="subtle"
        leftSection={<Plus size={14} />}
        onClick={() => session.apply(withPage(session.get().value))}
      >
        Add a page
      </Button>
    </div>
  )
}

/** A field: what it asks, what there is to know of it, and its settings while it is open. */
function FieldRow({ field, fields }: { field: DraftField; fields: readonly DraftField[] }) {
  const { session, problems, isReadOnly } = useBuilder()
  const { open, past } = useSnapshot(session)
  const { key, label, type, required, visibleWhen } = field
  const { name, icon: Icon } = kindOf(type)
  const isOpen = open === key
  const wrong = problems.filter(problem => problem.field === key).length
  const row = useRef<HTMLDivElement>(null)
  // What was added or copied last stands open with its words chosen.
  const isNew = isOpen && /^(Added|Copied) /.test(past.at(-1)?.words ?? '') && past.at(-1)?.mark === undefined
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  return (
    <div ref={row} className={classes.field} data-open={isOpen || undefined} data-field={key}>
      <div className={classes.head}>
        <button
          type="button"
          className={classes.face}
          aria-expanded={isOpen}
          onClick={() => session.open(isOpen ? undefined : key)}
        >
          <Icon size={15} aria-hidden="true" className={classes.icon} />
          <span className={classes.words}>
            <span className={classes.name}>
              {label.trim() || key}
              {required ? <span className={classes.must}>required</span> : null}
            </span>
            <span className={classes.what}>
              {name}
              {visibleWhen ? (
                <span className={classes.when}>
                  <GitBranch size={12} aria-hidden="true" />
                  {visibilityWords(visibleWhen, fields)}
                </span>
              ) : null}
            </span>
          </span>
          {wrong > 0 ? (
            <span className={classes.wrong}>
              <CircleAlert size={14} aria-hidden="true" />
              {wrong === 1 ? '1 problem' : `${wrong} problems`}
            </span>
          ) : null}
        </button>
        {isReadOnly ? null : <FieldMenu field={field} />}
      </div>
      {isOpen ? <FieldSettings field={field} isNew={isNew} /> : null}
    </div>
  )
}

/** Where a page of the form begins, with its heading and text. */
function PageHead({ page, index }: { page: DraftPage; index: number }) {
  const { session, problems, isReadOnly } = useBuilder()
  const put = (change: Partial<DraftPage>) => {
    const { value } = session.get()
    const pages = value.pages.map((each, at) => (at === index ? { ...each, ...change } : each))
    const edit = withSettings(value, { pages })
    session.apply({ ...edit, mark: `page ${index} ${Object.keys(change)}` }, { isQuiet: true })
  }
  const number = index + 1
  const nothing = problemAt(problems, undefined, ['pages', index])
  return (
    <div className={classes.page}>
      <div className={classes.line}>
        <span className={classes.number}>Page {number}</span>
        <TextInput
          className={classes.grows ?? ''}
          aria-label={`Heading of page ${number}`}
          value={page.title}
          maxLength={200}
          readOnly={isReadOnly}
          error={problemAt(problems, undefined, ['pages', index, 'title'])}
          onChange={event => put({ title: event.currentTarget.value })}
        />
        {isReadOnly ? null : (
          <IconButton
            label={`Take out page ${number}`}
            size="sm"
            onClick={() => session.apply(withoutPage(session.get().value, index))}
          >
            <Trash2 size={14} />
          </IconButton>
        )}
      </div>
      <Textarea
        aria-label={`Text of page ${number}`}
        placeholder="Text under the heading"
        autosize
        minRows={1}
        maxRows={6}
        maxLength={2000}
        readOnly={isReadOnly}
        value={page.text}
        onChange={event => put({ text: event.currentTarget.value })}
      />
      {nothing ? <p className={classes.error}>{nothing}</p> : null}
    </div>
  )
}
