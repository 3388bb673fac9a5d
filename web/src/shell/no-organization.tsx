import { Button } from '@mantine/core'
import { Building2 } from 'lucide-react'
import { EmptyState } from '../ui/empty-state.tsx'
import { OverlayRoot } from '../ui/overlay-root.tsx'
import { leave } from './sign-out.ts'

/** For a person whose last organization is gone: the account is there, there is nothing to show. */
export function NoOrganization() {
  return (
    <main>
      <h1 className="visually-hidden">No organization</h1>
      <EmptyState icon={<Building2 size={20} />} action={<Button onClick={leave}>Sign out</Button>}>
        You belong to no organization now. Ask someone to invite you, then sign in again.
      </EmptyState>
      <OverlayRoot />
    </main>
  )
}
