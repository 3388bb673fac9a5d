import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { recordPlace } from '../fields/record-link.tsx'
import { useNeighbours } from './neighbours.ts'
import { usePeek } from './peek.ts'
import { access } from './record-access.ts'
import type { RecordTab } from './record-tabs.ts'
import { RecordView } from './record-view.tsx'
import { useRecord } from './use-record.ts'

interface RecordPanelProps {
  object: RecordObject
  id: string
  onClose: () => void
  /** Shows another record in its place; by default as `usePeek` does. */
  onOpen?: ((id: string) => void) | undefined
}

/** A record over its list, with the same address as its page. */
export function RecordPanel({ object, id, onClose, onOpen }: RecordPanelProps) {
  const navigate = useNavigate()
  const peek = usePeek()
  const { word } = access[object]
  const { record } = useRecord({ object, id })
  const { before, after } = useNeighbours(object, id)
  const [tab, setTab] = useState<RecordTab>('activity')
  const go = (to: string) => (onOpen ? onOpen(to) : peek.open({ object, id: to }))
  const next = after === undefined ? undefined : () => go(after)
  const previous = before === undefined ? undefined : () => go(before)
  const expand = () => void navigate(recordPlace(object, id))
  useShortcuts([
    { keys: 'escape', label: `Close the ${word}`, group: 'Record', run: onClose },
    ...(next ? [{ keys: 'j', label: `Next ${word}`, group: 'Record', run: next }] : []),
    ...(previous ? [{ keys: 'k', label: `Previous ${word}`, group: 'Record', run: previous }] : []),
    { keys: 'o', label: 'Open as a page', group: 'Record', run: expand },
  ])
  // There the panel is as wide as the page already.
  const phone = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  return (
    <SidePanel
      label={record?.name || `A ${word}`}
      onClose={onClose}
      onExpand={phone ? undefined : expand}
      onPrevious={previous}
      onNext={next}
    >
      <RecordView key={id} target={{ object, id }} tab={tab} onTab={setTab} heading="h3" onLeave={onClose} />
    </SidePanel>
  )
}
