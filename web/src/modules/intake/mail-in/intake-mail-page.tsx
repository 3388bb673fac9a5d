import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { PageBody, Section } from '../../../ui/page.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { Tab, Tabs } from '../../../ui/tabs.tsx'
import { AddressSettings } from './address-settings.tsx'
import { MailAccounts } from './mail-accounts.tsx'
import classes from './mail-in.module.css'
import { MailLog } from './mail-log.tsx'
import { useMailInbox } from './use-mail-in.ts'
import { WorkflowAddresses } from './workflow-addresses.tsx'

/** Where e-mail becomes leads: the address, words for workflows, mailboxes elsewhere. */
export function IntakeMailPage() {
  useTitle('Intake e-mail')
  const inbox = useMailInbox()
  const mayManage = useMay('intake-mail:manage')
  return (
    <>
      <IntakeMailTabs />
      {inbox.isError && !inbox.data ? (
        <PageError error={inbox.error} reset={inbox.refetch} />
      ) : (
        <PageBody>
          <Section
            title="Address"
            about="Whoever writes to it becomes a lead, with what they wrote and what they sent along."
          >
            {inbox.data ? <AddressSettings inbox={inbox.data} mayManage={mayManage} /> : <Waiting />}
          </Section>
          {inbox.data?.address ? (
            <Section
              title="Workflows"
              about="An address of its own for a workflow, so that mail goes where it belongs."
            >
              <WorkflowAddresses inbox={inbox.data} mayManage={mayManage} />
            </Section>
          ) : null}
          <Section
            title="Mailboxes"
            about="A mailbox you have elsewhere is looked into every minute. What comes in from then on becomes leads; nothing in it is changed."
          >
            <MailAccounts mayManage={mayManage} />
          </Section>
        </PageBody>
      )}
    </>
  )
}

/** What came in by e-mail and what became of it. */
export function ReceivedMailPage() {
  useTitle('What came in by e-mail')
  return (
    <>
      <IntakeMailTabs />
      <MailLog />
    </>
  )
}

function IntakeMailTabs() {
  return (
    <div className={classes.head}>
      <Tabs label="Intake e-mail">
        <Tab to="/settings/intake-mail" activeOptions={{ exact: true }}>
          Setup
        </Tab>
        <Tab to="/settings/intake-mail/messages">What came in</Tab>
      </Tabs>
    </div>
  )
}

function Waiting() {
  return (
    <div className="appear-late">
      <Bar width="60%" />
    </div>
  )
}
