import { Menu } from '@mantine/core'
import {
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Copy,
  type LucideIcon,
  Palette,
  Trash2,
  WandSparkles,
} from 'lucide-react'
import { NOTE_COLORS } from '#modules/flow/contract.ts'
import { announce } from '../../../ui/announce.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { counted, sentenceCase } from '../words.ts'
import classes from './editor-bar.module.css'
import { useEditor, useSnapshot } from './editor-context.ts'
import { withChangedNote } from './note-edits.ts'
import noteClasses from './note-node.module.css'
import { type Alignment, aligned } from './places.ts'
import { useChosenActs } from './use-editor-keys.ts'

const ALIGNMENTS: readonly { how: Alignment; label: string; icon: LucideIcon; from: number }[] = [
  { how: 'left', label: 'Align left', icon: AlignStartVertical, from: 2 },
  { how: 'right', label: 'Align right', icon: AlignEndVertical, from: 2 },
  { how: 'top', label: 'Align top', icon: AlignStartHorizontal, from: 2 },
  { how: 'bottom', label: 'Align bottom', icon: AlignEndHorizontal, from: 2 },
  { how: 'across', label: 'Space evenly across', icon: AlignHorizontalSpaceBetween, from: 3 },
  { how: 'down', label: 'Space evenly down', icon: AlignVerticalSpaceBetween, from: 3 },
]

/** What can be done with several chosen steps, or with a note; at the bottom of the canvas while they are. */
export function ChosenBar() {
  const { session } = useEditor()
  const { graph, selected } = useSnapshot(session)
  const acts = useChosenActs()
  const steps = graph.nodes.filter(node => selected.has(node.id)).length
  const notes = (graph.notes ?? []).filter(note => selected.has(note.id))
  if (steps + notes.length < 2 && notes.length === 0) return null
  const words = [
    ...(steps > 0 ? [counted(steps, 'step')] : []),
    ...(notes.length > 0 ? [counted(notes.length, 'note')] : []),
  ].join(', ')
  return (
    <div className={classes.chosen} role="toolbar" aria-label={`${words} chosen`}>
      <span className={classes.count}>{words}</span>
      {ALIGNMENTS.filter(({ from }) => steps >= from).map(({ how, label, icon: Icon }) => (
        <IconButton
          key={how}
          label={label}
          onClick={() => {
            session.apply({ graph: aligned(graph, selected, how), words: `${label}: done.` })
          }}
        >
          <Icon size={15} />
        </IconButton>
      ))}
      {steps > 1 ? (
        <IconButton label="Tidy up" keys="shift+t" onClick={acts.tidy}>
          <WandSparkles size={15} />
        </IconButton>
      ) : null}
      {notes.length > 0 ? <NoteColor ids={notes.map(({ id }) => id)} /> : null}
      <span className={classes.divide} />
      <IconButton label="Duplicate" keys="mod+d" onClick={acts.duplicate}>
        <Copy size={15} />
      </IconButton>
      <IconButton label="Delete" keys="delete" onClick={acts.remove}>
        <Trash2 size={15} />
      </IconButton>
    </div>
  )
}

function NoteColor({ ids }: { ids: readonly string[] }) {
  const { session } = useEditor()
  const paint = (color: (typeof NOTE_COLORS)[number]) => {
    for (const id of ids) {
      const { graph } = session.get()
      const note = graph.notes?.find(each => each.id === id)
      if (note) session.apply(withChangedNote(graph, { ...note, color }), { isQuiet: true })
    }
    announce(`The note is ${color} now.`)
  }
  return (
    <Menu position="top">
      <Menu.Target>
        <IconButton label="Colour of the note">
          <Palette size={15} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Colours">
        {NOTE_COLORS.map(color => (
          <Menu.Item
            key={color}
            leftSection={
              <span className={noteClasses.note} data-color={color} data-dot="true" aria-hidden="true" />
            }
            onClick={() => paint(color)}
          >
            {sentenceCase(color)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
