import { Button, Menu } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChartColumn, Copy, Ellipsis, FileDown, FileUp, History, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { useMay } from '../../../shell/session.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { CreateButton } from '../create/create-button.tsx'
import { takeWanted } from '../create/wanted.ts'
import { NewDeal } from '../deals/new-deal.tsx'
import { ExportDialog } from '../import/export-dialog.tsx'
import { usePeek } from '../record/peek.ts'
import type { ListObject } from './list-objects.ts'
import type { Asked } from './use-asked.ts'

interface ListActionsProps {
  of: ListObject
  pipelineId: string | null
  asked: Asked
  /** The keys of the columns that are shown. */
  columns: readonly string[]
}

/** What belongs to a list beside its records, and the way to a new one. */
export function ListActions({ of, pipelineId, asked, columns }: ListActionsProps) {
  const { object } = of
  const mayImport = useMay('imports:write')
  const mayExport = useMay('exports:write')
  const [isExporting, setExporting] = useState(false)
  const navigate = useNavigate()
  const mayReadChanges = useMay('changes:read')
  const goToImport = () =>
    void navigate({ to: '/imports/new', search: object === 'company' ? { object } : {} })
  usePaletteActions([
    ...(mayImport && object !== 'deal'
      ? [{ id: 'list.import', label: `Import ${of.many}`, group: 'This list', icon: FileUp, run: goToImport }]
      : []),
    ...(mayExport
      ? [
          {
            id: 'list.export',
            label: `Export ${of.many}`,
            group: 'This list',
            keywords: 'csv download',
            icon: FileDown,
            run: () => setExporting(true),
          },
        ]
      : []),
  ])
  return (
    <>
      <Menu position="bottom-end" width={220} returnFocus>
        <Menu.Target>
          <IconButton label="More">
            <Ellipsis size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {mayImport && object !== 'deal' ? (
            <Menu.Item leftSection={<FileUp size={14} />} onClick={goToImport}>
              Import {of.many}
            </Menu.Item>
          ) : null}
          {mayExport ? (
            <Menu.Item leftSection={<FileDown size={14} />} onClick={() => setExporting(true)}>
              Export {of.many}
            </Menu.Item>
          ) : null}
          {mayImport && object !== 'deal' ? (
            <Menu.Item component={Link} to="/imports" leftSection={<History size={14} />}>
              Imports
            </Menu.Item>
          ) : null}
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
            leftSection={<Copy size={14} />}
            onClick={() =>
              void navigate({ to: '/duplicates', search: object === 'person' ? {} : { object } })
            }
          >
            Duplicates
          </Menu.Item>
          <Menu.Item
            leftSection={<Trash2 size={14} />}
            onClick={() => void navigate({ to: '/deleted', search: object === 'person' ? {} : { object } })}
          >
            Deleted {of.many}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewRecord of={of} pipelineId={pipelineId} />
      {isExporting ? (
        <ExportDialog
          object={object}
          filter={asked.filter ? JSON.stringify(asked.filter) : undefined}
          sort={asked.sort || undefined}
          columns={columns}
          onClose={() => setExporting(false)}
        />
      ) : null}
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
  const [isOpen, setOpen] = useState(() => takeWanted('deal'))
  const open = () => setOpen(true)
  useShortcuts(mayWrite ? [{ keys: 'c', label: 'New deal', group: 'Record', run: open }] : [])
  usePaletteActions(
    mayWrite
      ? [
          {
            id: 'create.deal',
            label: 'New deal',
            group: 'Create',
            keywords: 'add make create',
            keys: 'c',
            icon: Plus,
            run: open,
          },
        ]
      : [],
  )
  if (!mayWrite) return null
  return (
    <>
      <Button variant="filled" leftSection={<Plus size={14} aria-hidden="true" />} onClick={open}>
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
