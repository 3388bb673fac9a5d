import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { useMay } from '../../../shell/session.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { recordPlace } from '../fields/record-link.tsx'
import { access } from '../record/record-access.ts'
import { takeWanted } from './wanted.ts'

const CreatePanel = lazy(() => import('./create-panel.tsx').then(module => ({ default: module.CreatePanel })))

interface CreateButtonProps {
  object: 'person' | 'company'
  /** Shows what was made; its page by default. */
  onCreated?: ((id: string) => void) | undefined
}

/** The primary act of a list: `c` or a click opens the form of a new record beside it. */
export function CreateButton({ object, onCreated }: CreateButtonProps) {
  const navigate = useNavigate()
  const mayCreate = useMay(`${access[object].plural}:write`)
  const [isOpen, setOpen] = useState(() => takeWanted(object))
  const label = object === 'person' ? 'New contact' : 'New company'
  const open = () => setOpen(true)
  useShortcuts(mayCreate ? [{ keys: 'c', label, group: 'Record', run: open }] : [])
  usePaletteActions(
    mayCreate
      ? [
          {
            id: `create.${object}`,
            label,
            group: 'Create',
            keywords: 'add make create',
            keys: 'c',
            icon: Plus,
            run: open,
          },
        ]
      : [],
  )
  if (!mayCreate) return null
  return (
    <>
      <Button variant="filled" leftSection={<Plus size={14} aria-hidden="true" />} onClick={open}>
        {label}
      </Button>
      {isOpen ? (
        <Suspense>
          <CreatePanel
            object={object}
            onClose={() => setOpen(false)}
            onCreated={id => {
              setOpen(false)
              if (onCreated) onCreated(id)
              else void navigate(recordPlace(object, id))
            }}
          />
        </Suspense>
      ) : null}
    </>
  )
}
