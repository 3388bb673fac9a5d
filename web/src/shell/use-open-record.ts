import { useNavigate, useRouter } from '@tanstack/react-router'
import { recordPlace } from '../modules/crm/fields/record-link.tsx'
import { usePeek } from '../modules/crm/record/peek.ts'
import { noteRecent } from './recent-records.ts'
import { useOrganization } from './session.ts'
import type { PaletteRecord } from './use-palette-records.ts'

/** The pages that show a record over their list. */
const LISTS = ['/contacts', '/companies', '/deals']

interface Keys {
  readonly metaKey: boolean
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
}

function placeOf({ object, id }: PaletteRecord) {
  if (object === 'lead') return { to: '/leads/$leadId', params: { leadId: id } } as const
  if (object === 'workflow') return { to: '/workflows/$workflowId', params: { workflowId: id } } as const
  return recordPlace(object, id)
}

/** Opens a record of the palette: as a page, with Shift over the list behind, with ⌘ or Ctrl in a tab of its own. */
export function useOpenRecord(): { open: (record: PaletteRecord, keys: Keys) => void; canPeek: boolean } {
  const { id: orgId } = useOrganization()
  const navigate = useNavigate()
  const router = useRouter()
  const peek = usePeek()
  const canPeek = LISTS.includes(router.state.location.pathname)
  const open = (record: PaletteRecord, keys: Keys) => {
    const place = placeOf(record)
    noteRecent(orgId, record)
    if (keys.metaKey || keys.ctrlKey) window.open(router.buildLocation(place).href, '_blank', 'noopener')
    else if (keys.shiftKey && canPeek && record.object !== 'lead' && record.object !== 'workflow')
      peek.open({ object: record.object, id: record.id })
    else void navigate(place)
  }
  return { open, canPeek }
}
