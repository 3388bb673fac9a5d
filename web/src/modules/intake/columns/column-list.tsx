import { Button, Menu, Select, TextInput } from '@mantine/core'
import { Check, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import {
  type Board,
  changeLeadColumn,
  createLeadColumn,
  deleteLeadColumn,
  type LeadStatus,
} from '#modules/intake/contract.ts'
import { Dot } from '../../../ui/dot.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { SortList } from '../../../ui/sort-list.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { SavedText } from '../../crm/deals/saved-text.tsx'
import { placed } from '../../crm/deals/use-pipelines.ts'
import classes from './columns.module.css'
import { useColumnAct } from './use-columns.ts'

const KINDS = [
  { value: 'open', label: 'Open' },
  { value: 'won', label: 'Won' },
  { value: 'lost', label: 'Lost' },
] as const

const COLORS: Readonly<Record<LeadStatus['color'], string>> = {
  neutral: 'Gray',
  accent: 'Teal',
  info: 'Blue',
  good: 'Green',
  wait: 'Amber',
  bad: 'Red',
}

type Change = Partial<Omit<LeadStatus, 'status'>> & { position?: number }

function changed(
  columns: readonly LeadStatus[],
  status: string,
  { position, ...values }: Change,
): LeadStatus[] {
  const all = columns.map(each => (each.status === status ? { ...each, ...values } : each))
  const column = all.find(each => each.status === status)
  return column && position !== undefined ? placed(all, column, position) : all
}

/** The one that was taken to another place between two orders of the same columns. */
function movedIn(before: readonly LeadStatus[], next: readonly LeadStatus[]): LeadStatus | undefined {
  const without = (all: readonly LeadStatus[], { status }: LeadStatus) =>
    all.flatMap(each => (each.status === status ? [] : each.status)).join()
  const isSame = before.map(each => each.status).join() === next.map(each => each.status).join()
  return isSame ? undefined : before.find(each => without(before, each) === without(next, each))
}

interface ColumnListProps {
  workflowId: string
  columns: readonly LeadStatus[]
  /** The board as far as it is read, for how many leads a column has. */
  board: Board | undefined
}

/** The columns in the order of the board; everything is changed where it stands. */
export function ColumnList({ workflowId, columns, board }: ColumnListProps) {
  const change = useColumnAct(changeLeadColumn, workflowId, (all, { params, body }) =>
    changed(all, params.status, body as Change),
  )
  const act = ({ status }: LeadStatus, body: Change) =>
    change.mutate({ params: { workflowId, status }, body })
  // The next stroke of a key may come before the last one is drawn.
  const order = useRef(columns)
  order.current = columns
  const sort = (next: readonly LeadStatus[]) => {
    const before = order.current
    order.current = next
    const moved = movedIn(before, next)
    if (!moved) return
    act(moved, { position: next.findIndex(each => each.status === moved.status) })
    // Of two neighbours that changed places, either was moved.
    toastUndo('The columns are in another order.', () => act(moved, { position: before.indexOf(moved) }))
  }
  return (
    <>
      <SortList
        label="Columns of the board"
        items={columns}
        idOf={column => column.status}
        nameOf={column => column.name}
        onSort={sort}
      >
        {column => (
          <div className={classes.column}>
            <div className={classes.line}>
              <ColorMenu column={column} onChoose={color => act(column, { color })} />
              <SavedText
                label={`Name of the column ${column.name}`}
                isQuiet
                value={column.name}
                maxLength={60}
                onSave={name => act(column, { name })}
              />
              <Select
                className={classes.kind}
                aria-label={`What ${column.name} means`}
                data={[...KINDS]}
                value={column.kind}
                allowDeselect={false}
                onChange={kind => kind && kind !== column.kind && act(column, { kind })}
              />
              <Removal
                workflowId={workflowId}
                column={column}
                others={columns.filter(each => each !== column)}
                count={board?.columns.find(each => each.status === column.status)?.count}
              />
            </div>
          </div>
        )}
      </SortList>
      <NewColumn workflowId={workflowId} />
    </>
  )
}

interface ColorMenuProps {
  column: LeadStatus
  onChoose: (color: LeadStatus['color']) => void
}

function ColorMenu({ column, onChoose }: ColorMenuProps) {
  return (
    <Menu position="bottom-start" width={160}>
      <Menu.Target>
        <IconButton label={`Color of ${column.name}: ${COLORS[column.color]}`}>
          <Dot tone={column.color} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(COLORS) as LeadStatus['color'][]).map(color => (
          <Menu.Item
            key={color}
            leftSection={<Dot tone={color} />}
            rightSection={color === column.color ? <Check size={14} aria-label="current" /> : null}
            onClick={() => color !== column.color && onChoose(color)}
          >
            {COLORS[color]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface RemovalProps {
  workflowId: string
  column: LeadStatus
  others: readonly LeadStatus[]
  /** How many leads it has; unknown until the board is read. */
  count: number | undefined
}

function Removal({ workflowId, column, others, count }: RemovalProps) {
  const [asking, setAsking] = useState(false)
  const remove = useColumnAct(deleteLeadColumn, workflowId, (all, { params }) =>
    all.filter(each => each.status !== params.status),
  )
  // New leads have to come in somewhere.
  if (!others.some(each => each.kind === 'open')) return null
  const params = { workflowId, status: column.status }
  if (!asking) {
    return (
      <IconButton label={`Delete ${column.name}`} onClick={() => setAsking(true)}>
        <Trash2 size={14} />
      </IconButton>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from any control inside
    <div
      className={classes.removal}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        setAsking(false)
      }}
    >
      {count === 0 ? (
        <Button color="red" autoFocus onClick={() => remove.mutate({ params })}>
          Delete {column.name}
        </Button>
      ) : (
        <Select
          className={classes.target}
          aria-label={`Where the leads of ${column.name} go`}
          placeholder={count === 1 ? 'Its lead goes to' : `Its ${count?.toLocaleString() ?? ''} leads go to`}
          autoFocus
          data={others.map(({ status, name }) => ({ value: status, label: name }))}
          value={null}
          onChange={moveTo => moveTo !== null && remove.mutate({ params, query: { moveTo } })}
        />
      )}
      <Button variant="subtle" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </div>
  )
}

function NewColumn({ workflowId }: { workflowId: string }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<LeadStatus['kind']>('open')
  const create = useColumnAct(createLeadColumn, workflowId)
  return (
    <form
      className={classes.line}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() === '' || create.isPending) return
        const input = { params: { workflowId }, body: { name: name.trim(), kind } }
        create.mutate(input, { onSuccess: () => setName('') })
      }}
    >
      <TextInput
        className={classes.grows}
        aria-label="Name of a new column"
        placeholder="New column"
        maxLength={60}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Select
        className={classes.kind}
        aria-label="What the new column means"
        data={[...KINDS]}
        value={kind}
        allowDeselect={false}
        onChange={value => setKind(value ?? 'open')}
      />
      <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
        Add
      </Button>
    </form>
  )
}
