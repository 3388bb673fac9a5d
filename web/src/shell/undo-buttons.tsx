import { Redo2, Undo2 } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { IconButton } from '../ui/icon-button.tsx'
import type { Shortcut } from '../ui/shortcuts.ts'
import { undoLast } from '../ui/toast-store.ts'
import type { History } from './history.ts'

/** A draft that is edited, as far as what was done to it can be taken back. */
interface Undoable {
  subscribe(listener: () => void): () => void
  get(): Pick<History<unknown>, 'past' | 'future'>
  undo(): void
  redo(): void
}

/** Takes back what was done to a draft, and does it again. */
export function UndoButtons({ session }: { session: Undoable }) {
  const { past, future } = useSyncExternalStore(session.subscribe, session.get)
  return (
    <>
      <IconButton
        label={`Undo${said(past.at(-1)?.words)}`}
        keys="mod+z"
        disabled={past.length === 0}
        onClick={session.undo}
      >
        <Undo2 size={15} />
      </IconButton>
      <IconButton
        label={`Redo${said(future.at(-1)?.words)}`}
        keys="mod+shift+z"
        disabled={future.length === 0}
        onClick={session.redo}
      >
        <Redo2 size={15} />
      </IconButton>
    </>
  )
}

/** What would be taken back, behind the word that does it. */
const said = (words: string | undefined) => (words ? `: ${words.replace(/\.$/, '')}` : '')

/** The keys for it. With nothing of the draft to take back, the last act of the page is taken back instead. */
export function undoShortcuts(session: Undoable, group: string): Shortcut[] {
  return [
    {
      keys: 'mod+z',
      label: 'Undo',
      group,
      run: () => {
        if (session.get().past.length > 0) session.undo()
        else undoLast()
      },
    },
    { keys: 'mod+shift+z', label: 'Redo', group, run: session.redo },
    { keys: 'mod+y', label: 'Redo', group, run: session.redo },
  ]
}
