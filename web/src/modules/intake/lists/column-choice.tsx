import { Button, Menu } from '@mantine/core'
import { Check, SlidersHorizontal } from 'lucide-react'
import classes from './lists.module.css'
import type { useListColumns } from './use-list-columns.ts'

/** Which columns the list has. */
export function ColumnChoice({ columns }: { columns: ReturnType<typeof useListColumns> }) {
  return (
    <Menu width={240} position="bottom-end" closeOnItemClick={false} returnFocus>
      <Menu.Target>
        <Button size="xs" variant="subtle" leftSection={<SlidersHorizontal size={14} />}>
          Fields
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.choices ?? ''}>
        <Menu.Label>Columns of the list</Menu.Label>
        {columns.choices.map(({ key, label }) => (
          <Menu.Item
            key={key}
            rightSection={columns.isShown(key) ? <Check size={14} aria-label="shown" /> : null}
            onClick={() => columns.toggle(key)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
