import { Modal } from '@mantine/core'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import classes from './palette.module.css'
import { groupActions } from './palette-groups.ts'
import { PaletteOption } from './palette-option.tsx'
import { closePalette, type PaletteAction, usePaletteList, usePaletteOpen } from './palette-store.ts'

function PaletteContent() {
  const all = usePaletteList()
  const [query, setQuery] = useState('')
  const [place, setPlace] = useState(0)
  const prefix = useId()
  const groups = groupActions(all, query)
  const flat = groups.flatMap(group => group.actions)
  const selected = flat[Math.min(place, flat.length - 1)]
  const selectedId = selected && `${prefix}${selected.id}`

  useEffect(() => {
    if (selectedId) document.getElementById(selectedId)?.scrollIntoView({ block: 'nearest' })
  }, [selectedId])
  const run = (action: PaletteAction) => {
    closePalette()
    action.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setPlace((place + 1) % Math.max(1, flat.length))
    else if (event.key === 'ArrowUp') setPlace((place - 1 + flat.length) % Math.max(1, flat.length))
    else if (event.key === 'Enter' && selected) run(selected)
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
          aria-label="Type a command or a page"
          aria-expanded="true"
          aria-controls={`${prefix}list`}
          aria-activedescendant={selectedId}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder="Type a command or a page…"
          data-autofocus
          value={query}
          onChange={event => {
            setQuery(event.currentTarget.value)
            setPlace(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {flat.length === 0 ? <p className={classes.empty}>Nothing matches “{query}”.</p> : null}
      <div
        id={`${prefix}list`}
        className={classes.list}
        role="listbox"
        aria-label="Commands and pages"
        tabIndex={-1}
      >
        {groups.map(group => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form controls
          <div key={group.name} role="group" aria-label={group.name}>
            <div className={classes.group} aria-hidden="true">
              {group.name}
            </div>
            {group.actions.map(action => (
              <PaletteOption
                key={action.id}
                domId={`${prefix}${action.id}`}
                action={action}
                selected={action === selected}
                onRun={() => run(action)}
                onPoint={() => setPlace(flat.indexOf(action))}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  )
}

/** The command palette: go anywhere, do anything that the page offers. */
export function Palette() {
  return (
    <Modal
      opened={usePaletteOpen()}
      onClose={closePalette}
      withCloseButton={false}
      padding={0}
      size="38rem"
      yOffset="14vh"
      attributes={{ content: { 'aria-label': 'Command palette' } }}
    >
      <PaletteContent />
    </Modal>
  )
}
