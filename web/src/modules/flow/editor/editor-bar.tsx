import { Button, Tooltip } from '@mantine/core'
import { Plus, Search, StickyNote, WandSparkles } from 'lucide-react'
import type { ReactNode } from 'react'
import type { WorkflowPresence } from '#modules/flow/contract.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { listed } from '../words.ts'
import classes from './editor-bar.module.css'
import { useEditor } from './editor-context.ts'
import { EditorSaveMark } from './save-mark.tsx'
import { UndoGroup } from './undo-group.tsx'
import { useChosenActs } from './use-editor-keys.ts'

interface EditorBarProps {
  others: readonly WorkflowPresence['others'][number][]
  /** Stands at its beginning. */
  children?: ReactNode
}

/** What can be done anywhere on the canvas, who else is here, and whether all is saved. */
export function EditorBar({ others, children }: EditorBarProps) {
  const { choose } = useEditor()
  const acts = useChosenActs()
  return (
    <div className={classes.bar} role="toolbar" aria-label="Editing">
      <Button
        size="xs"
        variant="filled"
        leftSection={<Plus size={14} />}
        onClick={() => choose({ what: 'step' })}
      >
        Add step
      </Button>
      {children}
      <UndoGroup />
      <div className={classes.group}>
        <IconButton label="Add a note" keys="n" onClick={acts.note}>
          <StickyNote size={15} />
        </IconButton>
        <IconButton label="Tidy up" keys="shift+t" onClick={acts.tidy}>
          <WandSparkles size={15} />
        </IconButton>
        <IconButton label="Go to a step" keys="f" onClick={() => choose({ what: 'find' })}>
          <Search size={15} />
        </IconButton>
      </div>
      <span className={classes.rest} />
      {others.length > 0 ? <Others others={others} /> : null}
      <EditorSaveMark />
    </div>
  )
}

/** Who else has the workflow open. */
export function Others({ others }: Pick<EditorBarProps, 'others'>) {
  const names = others.map(({ name }) => name)
  const words = `${listed(names)} ${names.length === 1 ? 'has' : 'have'} this open too`
  return (
    <Tooltip label={words}>
      <span className={classes.others} role="img" aria-label={words}>
        {others.slice(0, 4).map(({ userId, name }) => (
          <span key={userId} className={classes.other}>
            <Avatar name={name} size={24} />
          </span>
        ))}
        {others.length > 4 ? <span className={classes.more}>+{others.length - 4}</span> : null}
      </span>
    </Tooltip>
  )
}
