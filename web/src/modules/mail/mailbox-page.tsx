import { getRouteApi, Outlet, useParams } from '@tanstack/react-router'
import { useTitle } from '../../shell/use-title.ts'
import { Page } from '../../ui/page.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Tab, Tabs } from '../../ui/tabs.tsx'
import classes from './mailbox.module.css'
import { MailboxLine } from './mailbox-line.tsx'
import { MessageList } from './message-list.tsx'
import { useMessages } from './use-messages.ts'
import { useWide } from './use-wide.ts'

const route = getRouteApi('/app/mailbox')

const views = [
  { label: 'All', status: undefined },
  { label: 'Failed', status: 'failed' },
  { label: 'Unknown', status: 'unknown' },
  { label: 'Not sent', status: 'suppressed' },
] as const

/** Every message the organization sends: the list and, beside it or instead of it, the one that is read. */
export function MailboxPage() {
  useTitle('Mailbox')
  const wide = useWide()
  const { status } = route.useSearch()
  const { messageId } = useParams({ strict: false })
  const { list, messages } = useMessages(status)
  const listHidden = !wide && messageId !== undefined
  // With nothing to choose from, the one sentence about it takes the whole page.
  const alone = messages.length === 0 && !list.isPending && messageId === undefined
  return (
    <Page>
      {listHidden ? null : (
        <>
          <PageHeader
            title="Mailbox"
            tabs={
              <Tabs label="Messages by status">
                {views.map(view => (
                  <Tab
                    key={view.label}
                    to="/mailbox"
                    search={{ status: view.status }}
                    activeOptions={{ explicitUndefined: true }}
                  >
                    {view.label}
                  </Tab>
                ))}
              </Tabs>
            }
          />
          <MailboxLine />
        </>
      )}
      <div className={classes.panes}>
        <MessageList
          list={list}
          messages={messages}
          status={status}
          openId={messageId}
          wide={wide}
          hidden={listHidden}
          alone={alone}
        />
        <div
          className={classes.reader}
          data-waiting={list.isPending}
          hidden={alone || (!wide && messageId === undefined)}
        >
          <Outlet />
        </div>
      </div>
    </Page>
  )
}
