import { Button } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
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
  /** Draws one; `remove` belongs at the end of its first line. */
  children: (item: Item, index: number, put: (item: Item) => void, remove: ReactNode) => ReactNode
}

/** Entries of a list one below the other, which are added and taken away; the keyboard goes where the change was. */
export function Rows<Item>({ items, one, most, isReadOnly, blank, onChange, children }: RowsProps<Item>) {
  const box = useRef<HTMLDivElement>(null)
  const focusRow = (index: number) =>
    requestAnimationFrame(() => {
      const row = box.current?.querySelectorAll(':scope > [data-row]')[index]
      const target =
        row?.querySelector<HTMLElement>('input, textarea, button') ?? box.current?.querySelector('button')
      target?.focus()
    })
  return (
    <div ref={box} className={classes.rows}>
      {items.map((item, index) => {
        const remove = isReadOnly ? null : (
          <IconButton
            label={`Remove ${one} ${index + 1}`}
            size="sm"
            onClick={() => {
              onChange(items.filter((_, at) => at !== index))
              focusRow(Math.max(0, index - 1))
            }}
          >
            <X size={14} />
          </IconButton>
        )
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
          <div key={index} data-row="" className={classes.row}>
            {children(item, index, next => onChange(items.with(index, next)), remove)}
          </div>
        )
      })}
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
