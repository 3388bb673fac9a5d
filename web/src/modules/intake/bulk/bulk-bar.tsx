import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { MoveRight, Trash2, UserRound } from 'lucide-react'
import { useState } from 'react'
import { listMembers } from '#modules/iam/contract.ts'
import type { LeadStatus } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { Dot } from '../../../ui/dot.tsx'
import { SelectionBar } from '../../../ui/selection-bar.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import classes from './bulk.module.css'
import type { LeadAct } from './lead-acts.ts'

interface BulkBarProps {
  /** How many are selected, in words. */
  words: string
  /** Offers to select everything that the filter lets through, and says how many that are. */
  all?: { readonly words: string; readonly run: () => void } | undefined
  statuses: readonly LeadStatus[]
  isBusy: boolean
  onAct: (act: LeadAct) => void
  onClear: () => void
}

/** How many leads are selected, and what can be done with all of them. */
export function BulkBar({ words, all, statuses, isBusy, onAct, onClear }: BulkBarProps) {
  useShortcuts([
    {
      keys: 'delete',
      label: 'Delete the selected leads',
      group: 'Selection',
      run: () => onAct({ type: 'delete' }),
    },
  ])
  return (
    <SelectionBar label="Selected leads" words={words} onClear={onClear} hasKey>
      {all ? (
        <Button size="xs" variant="light" onClick={all.run}>
          {all.words}
        </Button>
      ) : null}
      <Menu width={200} position="top-start" returnFocus>
        <Menu.Target>
          <Button size="xs" leftSection={<MoveRight size={14} />} disabled={isBusy}>
            Move to
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {statuses.map(({ status, name, color }) => (
            <Menu.Item
              key={status}
              leftSection={<Dot tone={color} />}
              onClick={() => onAct({ type: 'move', status, name })}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <GiveTo isBusy={isBusy} onAct={onAct} />
      <Button
        size="xs"
        color="red"
        leftSection={<Trash2 size={14} />}
        disabled={isBusy}
        onClick={() => onAct({ type: 'delete' })}
      >
        Delete
      </Button>
    </SelectionBar>
  )
}

function GiveTo({ isBusy, onAct }: Pick<BulkBarProps, 'isBusy' | 'onAct'>) {
  const { user } = useSession()
  const mayReadMembers = useMay('members:read')
  const [opened, setOpened] = useState(false)
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: opened && mayReadMembers,
  })
  if (!mayReadMembers) return null
  const give = (ownerUserId: string | null, name: string) => onAct({ type: 'assign', ownerUserId, name })
  return (
    <Menu opened={opened} onChange={setOpened} width={220} position="top-start" returnFocus>
      <Menu.Target>
        <Button size="xs" leftSection={<UserRound size={14} />} disabled={isBusy}>
          Give to
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.members}>
        {(members.data?.items ?? []).map(({ userId, name }) => (
          <Menu.Item key={userId} onClick={() => give(userId, name)}>
            {userId === user.id ? `${name} (you)` : name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => give(null, '')}>Nobody</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
