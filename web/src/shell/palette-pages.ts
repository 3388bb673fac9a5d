import { ChartColumn, Copy, FileUp, History, type LucideIcon, Trash2 } from 'lucide-react'
import { may, type Session } from '#modules/iam/contract.ts'
import { visibleSections } from '../modules/iam/settings/sections.ts'

/** A page that the palette leads to and the rail does not. */
export interface PalettePage {
  readonly label: string
  readonly group: string
  readonly icon: LucideIcon
  readonly to: string
  readonly keywords?: string | undefined
}

const pages: readonly (PalettePage & { readonly permission: string })[] = [
  { label: 'Forecast', to: '/deals/forecast', icon: ChartColumn, permission: 'deals:read' },
  { label: 'Recent changes', to: '/changes', icon: History, permission: 'changes:read', keywords: 'undo' },
  { label: 'Imports', to: '/imports', icon: FileUp, permission: 'imports:write', keywords: 'csv file' },
  { label: 'Duplicates', to: '/duplicates', icon: Copy, permission: 'people:read', keywords: 'merge' },
  { label: 'Deleted records', to: '/deleted', icon: Trash2, permission: 'people:read', keywords: 'restore' },
].map(page => ({ ...page, group: 'Go to' }))

/** The pages beside those of the rail that a person sees: what belongs to lists, and the settings. */
export function palettePages(session: Session): readonly PalettePage[] {
  const settings = visibleSections(session).flatMap(({ sections }) =>
    sections.map(({ label, icon, to }) => ({ label, icon, to, group: 'Settings' })),
  )
  return [...pages.filter(({ permission }) => may(session, permission)), ...settings]
}
