import { useNavigate } from '@tanstack/react-router'
import { Building2, Handshake, ListTodo, UserRoundPlus } from 'lucide-react'
import { may } from '#modules/iam/contract.ts'
import { wantNew } from '../modules/crm/create/wanted.ts'
import type { PaletteAction } from './palette-store.ts'
import { useSession } from './session.ts'

const creations = [
  { what: 'person', label: 'New contact', to: '/contacts', icon: UserRoundPlus, permission: 'people:write' },
  { what: 'company', label: 'New company', to: '/companies', icon: Building2, permission: 'companies:write' },
  { what: 'deal', label: 'New deal', to: '/deals', icon: Handshake, permission: 'deals:write' },
  { what: 'task', label: 'New task', to: '/tasks', icon: ListTodo, permission: 'activities:write' },
] as const

/** What begins a record from any page; a page that has its form itself offers the same in its place. */
export function useCreateActions(): PaletteAction[] {
  const session = useSession()
  const navigate = useNavigate()
  return creations
    .filter(({ permission }) => may(session, permission))
    .map(({ what, label, to, icon }) => ({
      id: `create.${what}`,
      label,
      group: 'Create',
      keywords: 'add make create',
      icon,
      run: () => {
        wantNew(what)
        void navigate({ to })
      },
    }))
}
