import { Building2, Handshake, UserRound, UsersRound, Workflow } from 'lucide-react'
import classes from './palette.module.css'
import { highlightParts } from './palette-highlight.ts'
import type { PaletteRecord } from './use-palette-records.ts'

const icons = { person: UserRound, company: Building2, deal: Handshake, lead: UsersRound, workflow: Workflow }

interface PaletteRecordLineProps {
  domId: string
  record: PaletteRecord
  /** What was looked for, to be marked. */
  words: readonly string[]
  selected: boolean
  onRun: (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean }) => void
  onPoint: () => void
}

/** One record of the palette, with what of it answers the search. */
export function PaletteRecordLine({
  domId,
  record,
  words,
  selected,
  onRun,
  onPoint,
}: PaletteRecordLineProps) {
  const Icon = icons[record.object]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the input holds the focus and names this one active
    <div
      id={domId}
      className={classes.action}
      role="option"
      aria-selected={selected}
      onClick={onRun}
      onPointerMove={onPoint}
    >
      <Icon className={classes.icon} size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={classes.name}>
        <Marked text={record.name || 'No name'} words={words} />
      </span>
      <span className={classes.detail}>
        <Marked text={detailOf(record)} words={words} />
      </span>
    </div>
  )
}

/** What answered the search stands beside the name when it is not the name itself. */
function detailOf({ by, value, detail }: PaletteRecord): string {
  if (!value || by === 'name' || by === undefined) return detail ?? ''
  if (by === 'phone') return `+${value}`
  return by === 'company' || by === 'person' ? (detail ?? value) : value
}

function Marked({ text, words }: { text: string; words: readonly string[] }) {
  if (words.length === 0) return text
  return highlightParts(text, words).map(part =>
    part.isFound ? (
      <mark key={part.at} className={classes.mark}>
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
