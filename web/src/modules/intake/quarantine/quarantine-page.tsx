import { useSearch } from '@tanstack/react-router'
import { useTitle } from '../../../shell/use-title.ts'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { HeldList } from './held-list.tsx'
import { ProtectionSettings } from './protection-settings.tsx'
import { SenderRules } from './sender-rules.tsx'
import { useHeldCount } from './use-quarantine.ts'

const exact = { exact: true, includeSearch: true }

/** Submissions that were held back, the senders that somebody decided about, and how forms are protected. */
export function QuarantinePage() {
  useTitle('Held back')
  const { view } = useSearch({ from: '/app/quarantine' })
  const held = useHeldCount()
  return (
    <Page>
      <PageHeader
        title="Held back"
        tabs={
          <Tabs label="Parts of the quarantine">
            <Tab to="/quarantine" search={{}} activeOptions={exact} count={held}>
              Submissions
            </Tab>
            <Tab to="/quarantine" search={{ view: 'senders' }} activeOptions={exact}>
              Senders
            </Tab>
            <Tab to="/quarantine" search={{ view: 'protection' }} activeOptions={exact}>
              Protection
            </Tab>
          </Tabs>
        }
      />
      {view === undefined ? <HeldList /> : null}
      {view === 'senders' ? <SenderRules /> : null}
      {view === 'protection' ? (
        <PageBody>
          <ProtectionSettings />
        </PageBody>
      ) : null}
    </Page>
  )
}
