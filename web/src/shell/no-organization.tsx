import { Button } from '@mantine/core'
import { Building2 } from 'lucide-react'
import { useState } from 'react'
import { EmptyState } from '../ui/empty-state.tsx'
import { OverlayRoot } from '../ui/overlay-root.tsx'
import { CreateOrganization } from './create-organization.tsx'
import classes from './no-organization.module.css'
import { leave } from './sign-out.ts'

/** For a person whose last organization is gone: the account is there, and they can begin again. */
export function NoOrganization() {
  const [isCreating, setCreating] = useState(false)
  return (
    <main>
      <h1 className="visually-hidden">No organization</h1>
      <EmptyState
        icon={<Building2 size={20} />}
        action={
          <div className={classes.actions}>
            <Button variant="filled" onClick={() => setCreating(true)}>
              Create an organization
            </Button>
            <Button onClick={leave}>Sign out</Button>
          </div>
        }
      >
        You belong to no organization now. Create one, or ask someone to invite you.
      </EmptyState>
      {isCreating ? <CreateOrganization onClose={() => setCreating(false)} /> : null}
      <OverlayRoot />
    </main>
  )
}
