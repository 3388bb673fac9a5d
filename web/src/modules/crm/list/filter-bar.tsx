import { Button, Popover, TextInput } from '@mantine/core'
import { CircleAlert, ListFilter, Plus, Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import type { Condition, Filter } from '#platform/contract/filter.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { FieldMenu } from './field-menu.tsx'
import classes from './filter-bar.module.css'
import { filterTypeOf, groupOf, isComplete, isGroup, partsOf, valuesOf } from './filter-model.ts'
import { ConditionEditor, GroupEditor, newCondition } from './group-editor.tsx'
import type { ListFields } from './use-list-fields.ts'
import { operatorWords, valueWords } from './value-words.ts'

interface FilterBarProps {
  fields: ListFields
  filter: Filter | null
  search: string
  many: string
  onFilter: (filter: Filter | null) => void
  onSearch: (search: string) => void
  /** What stands at the end of the bar. */
  children?: ReactNode
}

/** What a list is narrowed to, as chips that are changed and taken away, and a text that is looked for. */
export function FilterBar({ fields, filter, search, many, onFilter, onSearch, children }: FilterBarProps) {
  const { word, parts } = filter ? partsOf(filter) : { word: 'all' as const, parts: [] }
  const [draft, setDraft] = useState<Filter>()
  const [isChoosing, setChoosing] = useState(false)
  const names = useMemberNames(idsIn(filter, fields))
  const put = (next: readonly Filter[]) => onFilter(next.length === 0 ? null : groupOf(word, next))
  const replace = (at: number, part: Filter | undefined) =>
    put(
      part
        ? parts.map((each, index) => (index === at ? part : each))
        : parts.filter((_, index) => index !== at),
    )
  const begin = (field: RecordField) => {
    setChoosing(false)
    setDraft(newCondition(field))
  }
  const beginGroup = () => {
    setChoosing(false)
    const [first] = fields.filters
    if (first) setDraft(groupOf(word === 'all' ? 'any' : 'all', [newCondition(first)]))
  }
  useShortcuts([{ keys: 'f', label: 'Filter', group: 'List', run: () => setChoosing(true) }])
  return (
    <search className={classes.bar} aria-label={`Narrow the ${many}`}>
      <QuickSearch search={search} many={many} onSearch={onSearch} />
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
        <span key={at} className={classes.joined}>
          {at > 0 ? (
            <button
              type="button"
              className={classes.word}
              aria-label={
                word === 'all' ? 'All have to hold; let any be enough' : 'Any is enough; let all have to hold'
              }
              onClick={() => onFilter(groupOf(word === 'all' ? 'any' : 'all', parts))}
            >
              {word === 'all' ? 'and' : 'or'}
            </button>
          ) : null}
          <Chip part={part} fields={fields} names={names} onChange={next => replace(at, next)} />
        </span>
      ))}
      {draft ? (
        <Chip
          part={draft}
          fields={fields}
          names={names}
          isNew
          onChange={next => {
            if (next && isWhole(next, fields)) {
              put([...parts, next])
              setDraft(undefined)
            } else setDraft(next)
          }}
          onClose={() => setDraft(undefined)}
        />
      ) : null}
      <FieldMenu
        label="Filter"
        fields={fields.filters}
        opened={isChoosing}
        onChange={setChoosing}
        onChoose={begin}
        more={{ label: 'Group of conditions', run: beginGroup }}
      >
        <Button
          size="xs"
          variant="subtle"
          leftSection={filter ? <Plus size={14} /> : <ListFilter size={14} />}
          onClick={() => setChoosing(!isChoosing)}
        >
          Filter
        </Button>
      </FieldMenu>
      <div className={classes.end}>{children}</div>
    </search>
  )
}

const PAUSE_MS = 250

function QuickSearch({
  search,
  many,
  onSearch,
}: {
  search: string
  many: string
  onSearch: (search: string) => void
}) {
  const [typed, setTyped] = useState(search)
  const said = useRef(search)
  useEffect(() => {
    // Somebody else has changed it: a view was opened, or the filter cleared.
    if (said.current === search) return
    said.current = search
    setTyped(search)
  }, [search])
  useEffect(() => {
    if (typed === said.current) return
    const timer = setTimeout(() => {
      said.current = typed
      onSearch(typed)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, onSearch])
  return (
    <TextInput
      size="xs"
      className={classes.search}
      aria-label={`Search these ${many}`}
      placeholder={`Search these ${many}`}
      leftSection={<Search size={14} aria-hidden="true" />}
      value={typed}
      maxLength={200}
      onChange={event => setTyped(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key !== 'Escape' || typed === '') return
        event.preventDefault()
        setTyped('')
      }}
    />
  )
}

interface ChipProps {
  part: Filter
  fields: ListFields
  names: ReadonlyMap<string, string>
  isNew?: boolean
  /** With undefined it is taken away. */
  onChange: (part: Filter | undefined) => void
  onClose?: () => void
}

function Chip({ part, fields, names, isNew = false, onChange, onClose }: ChipProps) {
  const [opened, setOpened] = useState(isNew)
  const field = isGroup(part) ? undefined : fields.byKey.get(part.field)
  const isBroken = !isGroup(part) && !field
  const words = wordsOf(part, fields, names)
  const close = () => {
    setOpened(false)
    onClose?.()
  }
  return (
    <Popover
      opened={opened}
      onChange={next => (next ? setOpened(true) : close())}
      position="bottom-start"
      trapFocus
      returnFocus
      withinPortal
    >
      <span className={classes.chip} data-broken={isBroken}>
        <Popover.Target>
          <button type="button" className={classes.said} onClick={() => setOpened(!opened)}>
            {isBroken ? <CircleAlert size={12} aria-hidden="true" /> : null}
            {words}
          </button>
        </Popover.Target>
        <button
          type="button"
          className={classes.remove}
          aria-label={`Remove the filter ${words}`}
          onClick={() => (isNew ? close() : onChange(undefined))}
        >
          <X size={12} aria-hidden="true" />
        </button>
      </span>
      <Popover.Dropdown className={classes.dropdown ?? ''} p="sm" aria-label={words}>
        {isGroup(part) ? (
          <GroupEditor group={part} fields={fields.filters} byKey={fields.byKey} onChange={onChange} />
        ) : field ? (
          <>
            <p className={classes.title}>{field.label}</p>
            <ConditionEditor field={field} condition={part} onChange={onChange} />
          </>
        ) : (
          <p className={classes.about}>
            This field is not there any more, so the condition is left out. Remove it, and save the view.
          </p>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function isWhole(part: Filter, fields: ListFields): boolean {
  if (isGroup(part)) return partsOf(part).parts.some(each => isWhole(each, fields))
  const field = fields.byKey.get(part.field)
  return field !== undefined && isComplete(field, part)
}

function wordsOf(part: Filter, fields: ListFields, names: ReadonlyMap<string, string>): string {
  if (isGroup(part)) {
    const { word, parts } = partsOf(part)
    const said = parts.map(each => wordsOf(each, fields, names)).join(word === 'all' ? ' and ' : ' or ')
    return parts.length > 1 ? `(${said})` : said
  }
  const field = fields.byKey.get(part.field)
  if (!field) return `${part.field} is gone`
  return [field.label, operatorWords(part.op, valuesOf(part).length), valueWords(field, part, names)]
    .filter(Boolean)
    .join(' ')
}

/** The members a filter names. */
function idsIn(filter: Filter | null, fields: ListFields): string[] {
  if (!filter) return []
  if (isGroup(filter)) return partsOf(filter).parts.flatMap(part => idsIn(part, fields))
  const field = fields.byKey.get(filter.field)
  if (!field || filterTypeOf(field) !== 'id' || field.kind !== 'user') return []
  return valuesOf(filter as Condition)
    .map(String)
    .filter(id => id !== 'me')
}
