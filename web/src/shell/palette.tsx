import { Modal } from '@mantine/core'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Kbd } from '../ui/kbd.tsx'
import classes from './palette.module.css'
import { groupActions } from './palette-groups.ts'
import { PaletteOption } from './palette-option.tsx'
import { PaletteRecordLine } from './palette-record.tsx'
import { closePalette, type PaletteAction, usePaletteList, usePaletteOpen } from './palette-store.ts'
import { useOpenRecord } from './use-open-record.ts'
import { type PaletteRecord, usePaletteRecords } from './use-palette-records.ts'

interface Keys {
  readonly metaKey: boolean
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
}

/** A line of the palette: a record or an action. */
type Line =
  | { readonly id: string; readonly record: PaletteRecord; readonly action?: undefined }
  | { readonly id: string; readonly action: PaletteAction; readonly record?: undefined }

function PaletteContent() {
  const all = usePaletteList()
  const [query, setQuery] = useState('')
  const [place, setPlace] = useState(0)
  const prefix = useId()
  const records = usePaletteRecords(query)
  const { open, canPeek } = useOpenRecord()
  const groups = [
    ...records.groups.map(group => ({
      name: group.name,
      lines: group.records.map((record): Line => ({ id: `record.${record.id}`, record })),
    })),
    ...groupActions(all, query).map(group => ({
      name: group.name,
      lines: group.actions.map((action): Line => ({ id: action.id, action })),
    })),
  ]
  const flat = groups.flatMap(group => group.lines)
  const selected = flat[Math.min(place, flat.length - 1)]
  const selectedId = selected && `${prefix}${selected.id}`
  const isWaiting = records.isStale || records.isPending
  const waitingFor = useRef<Keys>(undefined)

  useEffect(() => {
    if (selectedId) document.getElementById(selectedId)?.scrollIntoView({ block: 'nearest' })
  }, [selectedId])
  const run = (line: Line, keys: Keys) => {
    closePalette()
    if (line.action) line.action.run()
    else open(line.record, keys)
  }
  // Enter before the answer has come means the first of what comes, not what stood there before.
  useEffect(() => {
    const keys = waitingFor.current
    if (isWaiting || !keys) return
    waitingFor.current = undefined
    if (flat[0]) run(flat[0], keys)
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setPlace((place + 1) % Math.max(1, flat.length))
    else if (event.key === 'ArrowUp') setPlace((place - 1 + flat.length) % Math.max(1, flat.length))
    else if (event.key === 'Enter' && isWaiting && place === 0 && query.trim() !== '')
      waitingFor.current = { metaKey: event.metaKey, ctrlKey: event.ctrlKey, shiftKey: event.shiftKey }
    else if (event.key === 'Enter' && selected) run(selected, event)
    else return
    event.preventDefault()
  }

  return (
    <>
      <div className={classes.top}>
        <Search size={16} aria-hidden="true" />
        <input
          className={classes.search}
          role="combobox"
          aria-label="Search records, commands and pages"
          aria-expanded="true"
          aria-controls={`${prefix}list`}
          aria-activedescendant={selectedId}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder="Search records, commands and pages…"
          data-autofocus
          value={query}
          onChange={event => {
            setQuery(event.currentTarget.value)
            setPlace(0)
            waitingFor.current = undefined
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {records.hasFailed ? (
        <p className={classes.empty}>Records could not be searched right now. Commands still work.</p>
      ) : null}
      {flat.length === 0 && !records.hasFailed ? (
        <p className={classes.empty}>{isWaiting ? 'Searching…' : `Nothing matches “${query}”.`}</p>
      ) : null}
      <div
        id={`${prefix}list`}
        className={classes.list}
        role="listbox"
        aria-label="Records, commands and pages"
        aria-busy={isWaiting}
        tabIndex={-1}
      >
        {groups.map(group => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form controls
          <div key={group.name} role="group" aria-label={group.name}>
            <div className={classes.group} aria-hidden="true">
              {group.name}
            </div>
            {group.lines.map(line => {
              const shown = {
                domId: `${prefix}${line.id}`,
                selected: line === selected,
                onPoint: () => setPlace(flat.indexOf(line)),
              }
              return line.action ? (
                <PaletteOption
                  key={line.id}
                  action={line.action}
                  {...shown}
                  onRun={() => run(line, { metaKey: false, ctrlKey: false, shiftKey: false })}
                />
              ) : (
                <PaletteRecordLine
                  key={line.id}
                  record={line.record}
                  words={records.words}
                  {...shown}
                  onRun={keys => run(line, keys)}
                />
              )
            })}
          </div>
        ))}
      </div>
      <div className={classes.foot} aria-hidden="true">
        <span>
          <Kbd keys="enter" /> Open
        </span>
        {canPeek ? (
          <span>
            <Kbd keys="shift+enter" /> Open beside the list
          </span>
        ) : null}
        <span>
          <Kbd keys="mod+enter" /> Open in a new tab
        </span>
      </div>
    </>
  )
}

/** The command palette: find any record, go anywhere, do anything that the page offers. */
export function Palette() {
  return (
    <Modal
      opened={usePaletteOpen()}
      onClose={closePalette}
      withCloseButton={false}
      padding={0}
      size="38rem"
      yOffset="14vh"
      returnFocus={false}
      attributes={{ content: { 'aria-label': 'Command palette', 'data-palette': 'true' } }}
    >
      <PaletteContent />
    </Modal>
  )
}
