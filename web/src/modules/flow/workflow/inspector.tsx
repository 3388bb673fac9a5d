import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import classes from './inspector.module.css'

interface InspectorProps {
  /** What is shown, for screen readers. */
  label: string
  /** In the bar at the top. */
  title: ReactNode
  /** Whether the keyboard goes along into the panel: after Enter, not after a click. */
  takesFocus: boolean
  onClose: () => void
  onPrevious?: (() => void) | undefined
  onNext?: (() => void) | undefined
  children: ReactNode
}

/** The panel beside the canvas, a sheet at the bottom of a narrow screen. The canvas stays usable. */
export function Inspector(props: InspectorProps) {
  const { label, title, takesFocus, onClose, onPrevious, onNext, children } = props
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (takesFocus) panel.current?.focus({ preventScroll: true })
  }, [takesFocus])
  useShortcuts([
    { keys: 'escape', label: 'Close the panel', group: 'Canvas', run: onClose },
    ...(onNext ? [{ keys: 'j', label: 'Next step', group: 'Canvas', run: onNext }] : []),
    ...(onPrevious ? [{ keys: 'k', label: 'Previous step', group: 'Canvas', run: onPrevious }] : []),
  ])
  return (
    <section ref={panel} className={classes.panel} aria-label={label} tabIndex={-1}>
      <header className={classes.bar}>
        <div className={classes.title}>{title}</div>
        {onPrevious ? (
          <IconButton label="Previous step" keys="k" onClick={onPrevious}>
            <ChevronUp size={16} />
          </IconButton>
        ) : null}
        {onNext ? (
          <IconButton label="Next step" keys="j" onClick={onNext}>
            <ChevronDown size={16} />
          </IconButton>
        ) : null}
        <IconButton label="Close" keys="escape" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <div className={classes.content} tabIndex={0}>
        {children}
      </div>
    </section>
  )
}
