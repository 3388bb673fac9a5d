import { ActionIcon, Menu } from '@mantine/core'
import { Check, Ellipsis } from 'lucide-react'
import { useState } from 'react'
import classes from './board.module.css'

/** A way of a card within its column. */
export type Shift = 'top' | 'up' | 'down'

const shifts: readonly { shift: Shift; label: string }[] = [
  { shift: 'top', label: 'To the top' },
  { shift: 'up', label: 'Up' },
  { shift: 'down', label: 'Down' },
]

interface CardMenuProps {
  label: string
  current: string
  targets: readonly { readonly id: string; readonly title: string }[]
  onMoveTo: (columnId: string) => void
  /** Left out where cards have no places within a column. */
  onShift: ((shift: Shift) => void) | undefined
  isFirst: boolean
  isLast: boolean
  onOpen: () => void
}

/** "Move to…" for everyone who does not drag. The menu itself is only made when it is first wanted. */
export function CardMenu({ label, current, targets, onMoveTo, onOpen, ...rest }: CardMenuProps) {
  const { onShift, isFirst, isLast } = rest
  const [wanted, setWanted] = useState(false)
  const [opened, setOpened] = useState(false)
  const button = (
    <ActionIcon
      size="sm"
      className={classes.menu}
      aria-label={`Move or open ${label}`}
      aria-haspopup="menu"
      data-open={opened}
      onClick={event => {
        event.stopPropagation()
        if (wanted) return
        setWanted(true)
        setOpened(true)
      }}
    >
      <Ellipsis size={14} />
    </ActionIcon>
  )
  if (!wanted) return button
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" returnFocus>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown onClick={event => event.stopPropagation()} onKeyDown={event => event.stopPropagation()}>
        <Menu.Item onClick={onOpen}>Open</Menu.Item>
        {onShift ? (
          <>
            <Menu.Divider />
            <Menu.Label>In this column</Menu.Label>
            {shifts.map(({ shift, label: words }) => (
              <Menu.Item
                key={shift}
                disabled={shift === 'down' ? isLast : isFirst}
                onClick={() => onShift(shift)}
              >
                {words}
              </Menu.Item>
            ))}
          </>
        ) : null}
        <Menu.Divider />
        <Menu.Label>Move to</Menu.Label>
        {targets.map(target => (
          <Menu.Item
            key={target.id}
            disabled={target.id === current}
            rightSection={target.id === current ? <Check size={14} aria-hidden="true" /> : null}
            onClick={() => onMoveTo(target.id)}
          >
            {target.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
