import { Search, X } from 'lucide-react'
import { type DragEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { counted } from '../words.ts'
import { found, type Option } from './choices.ts'
import classes from './picker.module.css'

interface PickerProps {
  /** What is being chosen. */
  heading: string
  options: readonly Option[]
  onPick: (id: string) => void
  onClose: () => void
  /** When set, what is picked can also be dragged out of the list. */
  onDrag?: ((event: DragEvent, id: string) => void) | undefined
}

/** A list over the left of the canvas that is searched by typing, walked through with the arrow keys and picked from. */
export function Picker({ heading, options, onPick, onClose, onDrag }: PickerProps) {
  const [query, setQuery] = useState('')
  const [index, setIndex] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const shown = useMemo(() => found(options, query), [options, query])
  const active = Math.min(index, shown.length - 1)
  useEffect(() => input.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const onKeyDown = (event: React.KeyboardEvent) => {
    // A button that is pressed by its key closes the list by itself.
    if (event.target instanceof HTMLButtonElement && event.key === 'Enter') return
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + 8,
      PageUp: active - 8,
    }
    const to = moves[event.key]
    const option = shown[active]
    if (to !== undefined) setIndex(Math.max(0, Math.min(shown.length - 1, to)))
    else if (event.key === 'Enter' && option) onPick(option.id)
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    // A row that was pressed or dragged has the keys as the field has them.
    <section className={classes.picker} aria-label={heading} onKeyDown={onKeyDown}>
      <header className={classes.head}>
        <h2 className={classes.heading}>{heading}</h2>
        <IconButton label="Close" keys="escape" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <div className={classes.search}>
        <Search size={14} aria-hidden="true" />
        <input
          ref={input}
          className={classes.input}
          role="combobox"
          aria-label={heading}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[active] ? `${id}-${active}` : undefined}
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={event => {
            setQuery(event.target.value)
            setIndex(0)
          }}
        />
      </div>
      <div ref={list} id={`${id}-list`} className={classes.list} role="listbox" aria-label={heading}>
        {shown.map((option, at) => (
          <Row
            key={option.id}
            id={`${id}-${at}`}
            index={at}
            option={option}
            isActive={at === active}
            // Groups say where one is in the whole list; what was searched for stands by how well it fits.
            group={query.trim() === '' && shown[at - 1]?.group !== option.group ? option.group : undefined}
            onPick={onPick}
            onDrag={onDrag}
            // The next one can be searched for at once, and Escape closes the list.
            onDragEnd={() => input.current?.focus({ preventScroll: true })}
          />
        ))}
      </div>
      {shown.length === 0 ? <p className={classes.none}>Nothing fits “{query}”.</p> : null}
      <p className="visually-hidden" role="status">
        {query.trim() === ''
          ? ''
          : shown.length === 0
            ? 'Nothing fits.'
            : `${counted(shown.length, 'entry', 'entries')}.`}
      </p>
    </section>
  )
}

interface RowProps extends Pick<PickerProps, 'onPick' | 'onDrag'> {
  id: string
  index: number
  option: Option
  isActive: boolean
  group: string | undefined
  onDragEnd: () => void
}

function Row({ id, index, option, isActive, group, onPick, onDrag, onDragEnd }: RowProps) {
  return (
    <>
      {group ? (
        <div className={classes.group} role="presentation">
          {group}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which says what is active */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        className={classes.option}
        data-index={index}
        aria-selected={isActive}
        draggable={onDrag !== undefined}
        onDragStart={event => onDrag?.(event, option.id)}
        onDragEnd={onDragEnd}
        onClick={() => onPick(option.id)}
      >
        {option.look ? <NodeIcon face={option.look} /> : null}
        <span className={classes.words}>
          <span className={classes.title}>{option.title}</span>
          <span className={classes.line}>{option.line}</span>
        </span>
      </div>
    </>
  )
}
