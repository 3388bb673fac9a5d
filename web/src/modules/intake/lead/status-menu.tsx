import { Button, Menu } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Check, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import {
  type Board,
  getBoard,
  type Lead,
  type LeadDetail,
  type LeadStatus,
} from '#modules/intake/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { Dot } from '../../../ui/dot.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { Tag } from '../../../ui/tag.tsx'
import { useMoveLead } from '../use-move-lead.ts'

/** The columns of the lead's board: from the lead once it is read, until then from the board behind it. */
function useStatuses(lead: Lead | LeadDetail): readonly LeadStatus[] {
  const queryClient = useQueryClient()
  if ('statuses' in lead) return lead.statuses
  const boards = queryClient.getQueriesData<Board>({ queryKey: [getBoard.id] })
  return boards.find(([, board]) => board?.workflowId === lead.workflowId)?.[1]?.columns ?? []
}

/** Where a lead stands, and the way to put it elsewhere. */
export function StatusMenu({ lead }: { lead: Lead | LeadDetail }) {
  const statuses = useStatuses(lead)
  const move = useMoveLead()
  const mayMove = useMay('leads:write')
  const [opened, setOpened] = useState(false)
  const current = statuses.find(each => each.status === lead.status)
  useShortcuts(
    mayMove ? [{ keys: 's', label: 'Change the status', group: 'Lead', run: () => setOpened(true) }] : [],
  )
  if (!mayMove) return <Tag tone={current?.color ?? 'neutral'}>{current?.name ?? lead.status}</Tag>
  return (
    <Menu opened={opened} onChange={setOpened} width={200} position="bottom-end">
      <Menu.Target>
        <Button
          leftSection={<Dot tone={current?.color ?? 'neutral'} />}
          rightSection={<ChevronDown size={14} />}
          aria-label={`Status: ${current?.name ?? lead.status}`}
        >
          {current?.name ?? lead.status}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Move to</Menu.Label>
        {statuses.map(each => (
          <Menu.Item
            key={each.status}
            leftSection={<Dot tone={each.color} />}
            rightSection={each.status === lead.status ? <Check size={14} aria-label="current" /> : null}
            onClick={() => each.status !== lead.status && move(lead.id, lead.status, each.status)}
          >
            {each.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
