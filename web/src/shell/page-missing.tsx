import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../ui/empty-state.tsx'

/** An address that leads nowhere, or to something the reader may not see: the two are not told apart. */
export function PageMissing() {
  return (
    <EmptyState
      action={
        <Button component={Link} to="/">
          Go to the start page
        </Button>
      }
    >
      There is nothing at this address, or you have no access to it.
    </EmptyState>
  )
}
