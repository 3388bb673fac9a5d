import { Button, Menu } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChartColumn, Ellipsis, History, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../../shell/session.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { CreateButton } from '../create/create-button.tsx'
import { NewDeal } from '../deals/new-deal.tsx'
import { usePeek } from '../record/peek.ts'
import type { ListObject } from './list-objects.ts'

/** What belongs to a list beside its records, and the way to a new one. */
export function ListActions({ of, pipelineId }: { of: ListObject; pipelineId: string | null }) {
  const { object } = of
  const navigate = useNavigate()
  const mayReadChanges = useMay('changes:read')
  return (
    <>
      <Menu position="bottom-end" width={220} returnFocus>
        <Menu.Target>
          <IconButton label="More">
            <Ellipsis size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {object === 'deal' ? (
            <Menu.Item component={Link} to="/deals/forecast" leftSection={<ChartColumn size={14} />}>
              Forecast
            </Menu.Item>
          ) : null}
          {mayReadChanges ? (
            <Menu.Item component={Link} to="/changes" leftSection={<History size={14} />}>
              Recent changes
            </Menu.Item>
          ) : null}
          <Menu.Item
            leftSection={<Trash2 size={14} />}
            onClick={() => void navigate({ to: '/deleted', search: object === 'person' ? {} : { object } })}
          >
            Deleted {of.many}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewRecord of={of} pipelineId={pipelineId} />
    </>
  )
}

/** The primary act of a list. What was made is shown beside it. */
export function NewRecord({ of, pipelineId }: { of: ListObject; pipelineId: string | null }) {
  const peek = usePeek()
  const { object } = of
  if (object === 'deal') return <NewDealButton pipelineId={pipelineId} />
  return <CreateButton object={object} onCreated={id => peek.open({ object, id })} />
}

function NewDealButton({ pipelineId }: { pipelineId: string | null }) {
  const peek = usePeek()
  const mayWrite = useMay('deals:write')
  const [isOpen, setOpen] = useState(false)
  useShortcuts(mayWrite ? [{ keys: 'c', label: 'New deal', group: 'Record', run: () => setOpen(true) }] : [])
  if (!mayWrite) return null
  return (
    <>
      <Button
        variant="filled"
        leftSection={<Plus size={14} aria-hidden="true" />}
        onClick={() => setOpen(true)}
      >
        New deal
      </Button>
      {isOpen ? (
        <NewDeal
          pipelineId={pipelineId ?? undefined}
          onClose={() => setOpen(false)}
          onMade={({ id }) => {
            setOpen(false)
            peek.open({ object: 'deal', id })
          }}
        />
      ) : null}
    </>
  )
}
