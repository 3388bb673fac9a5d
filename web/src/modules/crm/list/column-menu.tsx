import { ActionIcon, Menu } from '@mantine/core'
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Check,
  ChevronDown,
  EyeOff,
  MoveHorizontal,
  Sigma,
} from 'lucide-react'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { boundedWidth } from '../../../ui/table/grid-model.ts'
import classes from './list.module.css'
import type { ListColumn } from './list-state.ts'
import { TOTAL_WORDS, totalKindOf, totalKinds } from './totals-words.ts'

const STEP = 40

interface ColumnMenuProps {
  field: RecordField
  column: ListColumn
  place: number
  count: number
  width: number
  maySort: boolean
  onSort: (descending: boolean) => void
  onChange: (change: Partial<ListColumn>) => void
  onMove: (to: number) => void
  onHide: () => void
}

/** What can be done with a column, for the keyboard and for everybody. Made when it is first wanted. */
export function ColumnMenu(props: ColumnMenuProps) {
  const { field } = props
  const [wanted, setWanted] = useState(false)
  const [opened, setOpened] = useState(false)
  const button = (
    <ActionIcon
      size="xs"
      className={classes.columnMenu}
      aria-label={`Column ${field.label.toLowerCase()}`}
      aria-haspopup="menu"
      onClick={() => {
        if (wanted) return
        setWanted(true)
        setOpened(true)
      }}
    >
      <ChevronDown size={12} />
    </ActionIcon>
  )
  if (!wanted) return button
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" returnFocus closeOnItemClick>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Items {...props} />
      </Menu.Dropdown>
    </Menu>
  )
}

function Items({
  field,
  column,
  place,
  count,
  width,
  maySort,
  onSort,
  onChange,
  onMove,
  onHide,
}: ColumnMenuProps) {
  const isFirst = place === 0
  const kind = totalKindOf(field, column)
  return (
    <>
      {maySort ? (
        <>
          <Menu.Item leftSection={<ArrowUp size={14} />} onClick={() => onSort(false)}>
            Sort up
          </Menu.Item>
          <Menu.Item leftSection={<ArrowDown size={14} />} onClick={() => onSort(true)}>
            Sort down
          </Menu.Item>
          <Menu.Divider />
        </>
      ) : null}
      <Menu.Item
        leftSection={<MoveHorizontal size={14} />}
        closeMenuOnClick={false}
        onClick={() => onChange({ width: boundedWidth(width + STEP) })}
      >
        Wider
      </Menu.Item>
      <Menu.Item
        leftSection={<MoveHorizontal size={14} />}
        closeMenuOnClick={false}
        onClick={() => onChange({ width: boundedWidth(width - STEP) })}
      >
        Narrower
      </Menu.Item>
      {isFirst ? null : (
        <>
          <Menu.Item
            leftSection={<ArrowLeft size={14} />}
            disabled={place <= 1}
            onClick={() => onMove(place - 1)}
          >
            Move left
          </Menu.Item>
          <Menu.Item
            leftSection={<ArrowRight size={14} />}
            disabled={place >= count - 1}
            onClick={() => onMove(place + 1)}
          >
            Move right
          </Menu.Item>
          <Menu.Item leftSection={<EyeOff size={14} />} onClick={onHide}>
            Hide
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>Below the column</Menu.Label>
          {totalKinds(field).map(each => (
            <Menu.Item
              key={each}
              leftSection={<Sigma size={14} />}
              rightSection={each === kind ? <Check size={14} aria-label="chosen" /> : null}
              onClick={() => onChange({ total: each })}
            >
              {TOTAL_WORDS[each]}
            </Menu.Item>
          ))}
        </>
      )}
    </>
  )
}
