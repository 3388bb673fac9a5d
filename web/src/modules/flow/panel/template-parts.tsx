import { Popover } from '@mantine/core'
import { Braces } from 'lucide-react'
import { memo } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { templatePieces } from '../template-pieces.ts'
import { SuggestionList } from './suggestion-list.tsx'
import type { Suggestion } from './suggestions.ts'
import classes from './template-input.module.css'
import type { Preview } from './variables.ts'

/** The text under the one that is edited: it gives the height and marks the placeholders. */
export const MarkedText = memo(function MarkedText({ text }: { text: string }) {
  return (
    <>
      {templatePieces(text).map((piece, index) =>
        piece.kind === 'placeholder' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other identity
          <mark key={index}>{piece.text}</mark>
        ) : (
          piece.text
        ),
      )}
      {'\u200b'}
    </>
  )
})

/** What a text gives with samples. */
export function TemplatePreview({ preview, isLong }: { preview: Preview; isLong: boolean }) {
  const { text, problem } = preview
  return (
    <div
      className={classes.preview}
      data-problem={problem !== undefined || undefined}
      data-lines={isLong || undefined}
    >
      <span className={classes.previewLabel}>
        {problem === undefined ? 'For example' : 'With the sample'}
      </span>
      {isLong ? '' : ' '}
      {problem ?? (text.trim() === '' ? 'empty, the sample has no such value' : text)}
    </div>
  )
}

interface SuggestionPopoverProps {
  id: string
  suggestions: readonly Suggestion[]
  active: number
  onTake: (suggestion: Suggestion) => void
}

/** The list below a text, over what stands there. */
export function SuggestionPopover(props: SuggestionPopoverProps) {
  return (
    <Popover
      opened
      position="bottom-start"
      width="target"
      offset={4}
      withRoles={false}
      trapFocus={false}
      returnFocus={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Popover.Target>
        <div />
      </Popover.Target>
      <Popover.Dropdown className={classes.list ?? ''}>
        <SuggestionList {...props} />
      </Popover.Dropdown>
    </Popover>
  )
}

/** Opens the list of values where the caret stands. It is drawn once, because it stands beside every text. */
export const InsertButton = memo(function InsertButton({ onInsert }: { onInsert: () => void }) {
  return (
    <IconButton
      className={classes.insert ?? ''}
      label="Insert a value"
      size="sm"
      tabIndex={-1}
      onMouseDown={event => event.preventDefault()}
      onClick={onInsert}
    >
      <Braces size={14} />
    </IconButton>
  )
})
