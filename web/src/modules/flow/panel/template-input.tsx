import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { type Edit, typingAt, withOpening } from './completion.ts'
import { chosen, type Suggestion, suggestionsFor } from './suggestions.ts'
import classes from './template-input.module.css'
import { InsertButton, MarkedText, SuggestionPopover, TemplatePreview } from './template-parts.tsx'
import { useReadable } from './use-variables.ts'
import { previewOf } from './variables.ts'

export interface TemplateInputProps {
  /** What belongs to its label: id and what describes it. */
  control: {
    id?: string | undefined
    'aria-label'?: string | undefined
    'aria-describedby'?: string | undefined
    'aria-invalid'?: true | undefined
    'aria-required'?: true | undefined
  }
  value: string
  onChange: (value: string) => void
  rows?: number | undefined
  isCode?: boolean | undefined
  isReadOnly?: boolean | undefined
  placeholder?: string | undefined
  /** Takes the keyboard at once: with the list of values opened, or where somebody began to write. */
  begins?: 'opened' | 'typed' | undefined
  /** Leaves out what the text gives with samples. */
  isBare?: boolean | undefined
}

/**
 * A text with placeholders. Writing two braces, Ctrl+Space or the button lists what can be read here; what the text gives with
 * samples stands below it.
 */
export function TemplateInput(props: TemplateInputProps) {
  const {
    control,
    value,
    onChange,
    rows = 1,
    isCode = false,
    isReadOnly = false,
    placeholder,
    begins,
  } = props
  const { items, scope } = useReadable()
  const listId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const mirror = useRef<HTMLDivElement>(null)
  const caretAfter = useRef<number | undefined>(undefined)
  const [caret, setCaret] = useState<number | undefined>(undefined)
  const [active, setActive] = useState(0)
  // Where the button opened a placeholder that goes again if nothing is chosen.
  const opened = useRef<{ before: string; caret: number } | undefined>(undefined)
  const isOpen = caret !== undefined && !isReadOnly
  const typing = isOpen ? typingAt(value, caret) : null
  const suggestions = isOpen ? suggestionsFor(typing, items) : []
  const preview = props.isBare ? undefined : previewOf(value, scope)

  useLayoutEffect(() => {
    if (caretAfter.current === undefined) return
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = undefined
  })

  const close = () => {
    setCaret(undefined)
    opened.current = undefined
  }
  const apply = (edit: Edit) => {
    caretAfter.current = edit.caret
    onChange(edit.text)
  }
  const take = (suggestion: Suggestion | undefined) => {
    if (!suggestion) return
    if (typing) apply(chosen(suggestion, value, typing))
    close()
  }
  const look = (element: HTMLTextAreaElement) => {
    const at = element.selectionStart
    const isWriting = element.selectionEnd === at && typingAt(element.value, at) !== null
    setActive(0)
    setCaret(isWriting ? at : undefined)
  }
  const openByHand = () => {
    const element = field.current
    if (!element || isReadOnly) return
    const { selectionStart, selectionEnd } = element
    element.focus()
    setActive(0)
    if (typingAt(value, selectionStart) !== null) return setCaret(selectionStart)
    const edit = withOpening(value, selectionStart, selectionEnd)
    opened.current = { before: value, caret: selectionStart }
    apply(edit)
    setCaret(edit.caret)
  }
  const byHand = useRef(openByHand)
  byHand.current = openByHand
  const insert = useCallback(() => byHand.current(), [])
  useBeginning(begins, field, begins === 'opened' ? openByHand : look)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.key === ' ') {
      event.preventDefault()
      return openByHand()
    }
    if (event.key === 'Enter' && rows === 1 && suggestions.length === 0) return event.preventDefault()
    if (!isOpen) return
    if (event.key === 'Escape') {
      event.preventDefault()
      if (opened.current) apply({ text: opened.current.before, caret: opened.current.caret })
      return close()
    }
    if (suggestions.length === 0) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setActive((active + step + suggestions.length) % suggestions.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      take(suggestions[active])
    }
  }
  const isListed = suggestions.length > 0
  return (
    <div className={classes.whole}>
      <div
        className={classes.frame}
        data-code={isCode || undefined}
        data-lines={rows > 1 || undefined}
        data-invalid={control['aria-invalid'] ? true : undefined}
      >
        <div
          ref={mirror}
          className={classes.mirror}
          aria-hidden="true"
          style={{ minHeight: `calc(${rows} * var(--lh-body) + 0.625rem)` }}
        >
          <MarkedText text={value} />
        </div>
        <textarea
          {...control}
          ref={field}
          className={classes.text}
          rows={rows}
          value={value}
          readOnly={isReadOnly}
          placeholder={placeholder}
          spellCheck={!isCode && rows > 1}
          autoComplete="off"
          autoCapitalize="off"
          aria-autocomplete="list"
          aria-controls={isListed ? listId : undefined}
          aria-activedescendant={isListed ? `${listId}-${active}` : undefined}
          onChange={event => {
            opened.current = undefined
            const text =
              rows === 1 ? event.currentTarget.value.replace(/\r?\n/g, ' ') : event.currentTarget.value
            onChange(text)
            look(event.currentTarget)
          }}
          onClick={event => {
            if (isOpen) look(event.currentTarget)
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
          onScroll={event => {
            if (mirror.current) mirror.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
        {isReadOnly ? null : <InsertButton onInsert={insert} />}
      </div>
      {isListed ? (
        <SuggestionPopover id={listId} suggestions={suggestions} active={active} onTake={take} />
      ) : null}
      {preview ? <TemplatePreview preview={preview} isLong={rows > 1} /> : null}
    </div>
  )
}

/** Takes the keyboard as soon as the text is there, with the caret at its end, and goes on from there. */
function useBeginning(
  begins: TemplateInputProps['begins'],
  field: RefObject<HTMLTextAreaElement | null>,
  goOn: (element: HTMLTextAreaElement) => void,
): void {
  const begin = useRef(() => {})
  begin.current = () => {
    const element = field.current
    if (begins === undefined || !element) return
    element.focus()
    element.setSelectionRange(element.value.length, element.value.length)
    goOn(element)
  }
  useEffect(() => begin.current(), [])
}
