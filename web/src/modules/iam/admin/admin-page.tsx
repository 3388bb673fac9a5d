import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { PageMissing } from '../../../shell/page-missing.tsx'
import { useSession } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Choice } from '../../../ui/choice.tsx'
import { OverlayRoot } from '../../../ui/overlay-root.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { ActList } from './act-list.tsx'
import classes from './admin.module.css'
import { OrganizationList } from './organization-list.tsx'
import { PeopleList } from './people-list.tsx'

const views = [
  { value: 'organizations', label: 'Organizations' },
  { value: 'people', label: 'People' },
  { value: 'acts', label: 'Record' },
] as const

/** The installation from outside: who is on it and in what state, and nothing that is in an organization. */
export function AdminPage() {
  useTitle('Installation')
  const { user } = useSession()
  const [view, setView] = useState<(typeof views)[number]['value']>('organizations')
  if (!user.isPlatformAdmin) return <PageMissing />
  return (
    <main className={classes.frame}>
      <Page>
        <PageHeader
          title="Installation"
          actions={
            <Button component={Link} to="/">
              Back to the app
            </Button>
          }
        />
        <PageBody>
          <div className={classes.area}>
            <div>
              <Choice label="What to look at" options={views} value={view} onChange={setView} />
            </div>
            {view === 'organizations' ? (
              <OrganizationList />
            ) : view === 'people' ? (
              <PeopleList />
            ) : (
              <ActList />
            )}
          </div>
        </PageBody>
      </Page>
      <OverlayRoot />
    </main>
  )
}
