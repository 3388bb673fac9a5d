import { Button } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { memo, type ReactNode, useCallback, useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './rows.module.css'

interface RowsProps<Item> {
  items: readonly Item[]
  /** What one of them is called, such as "value". */
  one: string
  most: number
  isReadOnly: boolean
  /** What a new one holds. */
  blank: () => Item
  onChange: (items: readonly Item[]) => void
  /** Draws one. `onRemove` is for its `RemoveRow` and always the same function, so that rows can be kept as they are drawn. */
  children: (item: Item, index: number, onRemove: (index: number) => void) => ReactNode
}

/** Entries of a list one below the other, which are added and taken away; the keyboard goes where the change was. */
export function Rows<Item>(props: RowsProps<Item>) {
  const { items, one, most, isReadOnly, blank, onChange, children } = props
  const box = useRef<HTMLDivElement>(null)
  const latest = useRef({ items, onChange })
  latest.current = { items, onChange }
  const focusRow = useCallback((index: number) => {
    requestAnimationFrame(() => {
      const row = box.current?.querySelectorAll(':scope > [data-row]')[index]
      const target = row?.querySelector<HTMLElement>('input, textarea, button')
      const add = box.current?.querySelector<HTMLElement>(':scope > button')
      ;(target ?? add)?.focus()
    })
  }, [])
  const removeAt = useCallback(
    (index: number) => {
      latest.current.onChange(latest.current.items.filter((_, at) => at !== index))
      focusRow(Math.max(0, index - 1))
    },
    [focusRow],
  )
  return (
    <div ref={box} className={classes.rows}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
        <div key={index} data-row="" className={classes.row}>
          {children(item, index, removeAt)}
        </div>
      ))}
      {isReadOnly || items.length >= most ? null : (
        <Button
          size="xs"
          variant="subtle"
          className={classes.add ?? ''}
          leftSection={<Plus size={14} />}
          onClick={() => {
            onChange([...items, blank()])
            focusRow(items.length)
          }}
        >
          {`Add ${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`}
        </Button>
      )}
    </div>
  )
}

interface RemoveRowProps {
  /** What the row is called, such as "value". */
  one: string
  index: number
  onRemove: (index: number) => void
}

/** Takes a row away; at the end of its first line. */
export const RemoveRow = memo(function RemoveRow({ one, index, onRemove }: RemoveRowProps) {
  return (
    <IconButton label={`Remove ${one} ${index + 1}`} size="sm" onClick={() => onRemove(index)}>
      <X size={14} />
    </IconButton>
  )
})
