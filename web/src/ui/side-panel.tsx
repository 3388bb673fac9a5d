import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './icon-button.tsx'
import classes from './side-panel.module.css'

interface SidePanelProps {
  /** What the panel shows, for example the record's name. */
  label: string
  onClose: () => void
  /** Opens the same address as a full page. */
  onExpand?: (() => void) | undefined
  /** Moves to the neighbours of the list behind. */
  onPrevious?: (() => void) | undefined
  onNext?: (() => void) | undefined
  children: ReactNode
}

/**
 * A record over its list. It does not cover the list's keys: the list stays usable beside it. Focus enters
 * the panel when it opens and returns to where it came from when it closes.
 */
export function SidePanel({ label, onClose, onExpand, onPrevious, onNext, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <section
      ref={panel}
      className={classes.panel}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      <div className={classes.bar}>
        <IconButton label="Close" keys="escape" onClick={onClose}>
          <X size={16} />
        </IconButton>
        {onExpand ? (
          <IconButton label="Open as a page" onClick={onExpand}>
            <Maximize2 size={14} />
          </IconButton>
        ) : null}
        <span className={classes.space} />
        {onPrevious ? (
          <IconButton label="Previous" keys="k" onClick={onPrevious}>
            <ChevronUp size={16} />
          </IconButton>
        ) : null}
        {onNext ? (
          <IconButton label="Next" keys="j" onClick={onNext}>
            <ChevronDown size={16} />
          </IconButton>
        ) : null}
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  )
}
