import { useEffect, useRef } from 'react'
import classes from './suggestion-list.module.css'
import type { Suggestion } from './suggestions.ts'

interface SuggestionListProps {
  id: string
  suggestions: readonly Suggestion[]
  active: number
  onTake: (suggestion: Suggestion) => void
}

/** What can be put into a text, under what it belongs to. The keyboard stays in the text. */
export function SuggestionList({ id, suggestions, active, onTake }: SuggestionListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active])
  return (
    <div
      ref={list}
      id={id}
      className={classes.list}
      role="listbox"
      tabIndex={0}
      aria-label="Values to insert"
    >
      {suggestions.map((suggestion, index) => {
        const { path, title, group, detail, as } = suggestion
        const isFirst = group !== '' && suggestions[index - 1]?.group !== group
        return (
          <div key={`${as} ${group} ${path}`} role="presentation">
            {isFirst ? <p className={classes.group}>{group}</p> : null}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text the list belongs to */}
            <div
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={classes.option}
              onMouseDown={event => event.preventDefault()}
              onClick={() => onTake(suggestion)}
            >
              <span className={classes.title}>{as === 'filter' ? path : title}</span>
              <span className={classes.detail}>{as === 'filter' ? title : detail}</span>
              {as === 'value' ? <code className={classes.path}>{path}</code> : null}
            </div>
          </div>
        )
      })}
    </div>
  )
}
