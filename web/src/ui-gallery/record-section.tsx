import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '../ui/page-header.tsx'
import { RecordHeader } from '../ui/record-header.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Status } from '../ui/status.tsx'
import { Tab, Tabs } from '../ui/tabs.tsx'
import { Tag } from '../ui/tag.tsx'
import { Timeline } from '../ui/timeline.tsx'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'
import { ago, timeline } from './sample-data.tsx'

function SampleRecord() {
  return (
    <>
      <RecordHeader
        name="Ada Lovelace"
        subtitle="ada@analytical.example"
        status={<Status kind="active">Qualified</Status>}
        actions={<Button>Write e-mail</Button>}
        facts={[
          { label: 'Company', value: 'Analytical Engines Ltd' },
          { label: 'Budget', value: '€12,000' },
          { label: 'Source', value: <Tag>Website form</Tag> },
          { label: 'Came', value: <RelativeTime at={ago(7_200)} /> },
        ]}
      />
      <div style={{ padding: 'var(--s5) var(--gutter)' }}>
        <Timeline items={timeline} />
      </div>
    </>
  )
}

/** Heads, records, timeline and side panel. */
export function RecordSection() {
  const [open, setOpen] = useState(false)
  return (
    <Sample name="Records">
      <Part name="Record with its timeline">
        <div className={classes.frame}>
          <SampleRecord />
        </div>
      </Part>
      <Part name="Side panel">
        <div className={`${classes.frame} ${classes.tall}`}>
          <div style={{ padding: 'var(--s4)' }}>
            <Button onClick={() => setOpen(true)}>Open the panel</Button>
          </div>
          {open ? (
            <SidePanel
              label="Ada Lovelace"
              onClose={() => setOpen(false)}
              onExpand={() => setOpen(false)}
              onPrevious={() => {}}
              onNext={() => {}}
            >
              <SampleRecord />
            </SidePanel>
          ) : null}
        </div>
      </Part>
    </Sample>
  )
}

/** The head of a page. Comes last here because it holds a first-level heading. */
export function PageHeadSection() {
  return (
    <Sample name="Page head">
      <div className={classes.frame}>
        <PageHeader
          title="Workflows"
          meta="12"
          tabs={
            <Tabs label="Views">
              <Tab to="/_ui" count={9}>
                Active
              </Tab>
              <Tab to="/settings" count={3}>
                Archived
              </Tab>
            </Tabs>
          }
          actions={
            <>
              <Button>Import</Button>
              <Button variant="filled" leftSection={<Plus size={16} />}>
                New workflow
              </Button>
            </>
          }
        />
        <PageHeader
          trail={['Workflows']}
          title="Thank a new lead"
          meta={<Status kind="active">Active</Status>}
          actions={<Button variant="filled">Publish</Button>}
        />
      </div>
    </Sample>
  )
}
