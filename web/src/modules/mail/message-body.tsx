import type { ReactNode } from 'react'
import { type Message, showMessageHtml } from '#modules/mail/contract.ts'
import { urlOf } from '#platform/contract/client.ts'
import { Tab, Tabs } from '../../ui/tabs.tsx'
import { exactTime } from '../../ui/time.ts'
import { asksForMore } from './foreign-content.ts'
import { linkedText } from './linked-text.ts'
import classes from './message.module.css'
import type { MessageView } from './routes.tsx'

const views: readonly { label: string; view: MessageView | undefined }[] = [
  { label: 'Text', view: undefined },
  { label: 'HTML', view: 'html' },
  { label: 'All headers', view: 'headers' },
]

function TextBody({ text }: { text: string }) {
  if (!text.trim()) return <p className={classes.none}>This message has no text part.</p>
  let place = 0
  return (
    <div className={classes.text}>
      {linkedText(text).map(part => {
        const key = place
        place += part.text.length
        return part.href ? (
          <a key={key} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ) : (
          part.text
        )
      })}
    </div>
  )
}

function HtmlBody({ message: { id, html } }: { message: Message }) {
  if (!html) return <p className={classes.none}>This message has no HTML part.</p>
  return (
    <>
      {asksForMore(html) ? (
        <p className={classes.withheld}>
          Pictures and styles from other servers are not loaded here, so nobody learns that you read it.
        </p>
      ) : null}
      <iframe
        className={classes.frame}
        title="HTML part of the message"
        sandbox=""
        referrerPolicy="no-referrer"
        src={urlOf(showMessageHtml, { params: { messageId: id } })}
      />
    </>
  )
}

function timeOf(at: string | null): string {
  return at ? exactTime(Date.parse(at)) : 'Not yet'
}

function Lines({ items }: { items: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: headers may repeat and keep their order
        <div key={index} className={classes.header}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Headers({ message }: { message: Message }) {
  const answer = message.smtpResponse
  const delivery = [
    { name: 'Accepted', value: timeOf(message.queuedAt) },
    { name: 'Last try', value: timeOf(message.sendingAt) },
    { name: 'Sent', value: timeOf(message.sentAt) },
    { name: 'Tries', value: message.attempts },
    ...(answer ? [{ name: 'Server’s answer', value: <code>{answer}</code> }] : []),
  ]
  return (
    <>
      <Lines items={message.headers.map(({ name, value }) => ({ name, value: <code>{value}</code> }))} />
      {message.direction === 'outbound' ? (
        <section className={classes.delivery} aria-label="Delivery">
          <p className={classes.partTitle}>Delivery</p>
          <Lines items={delivery} />
        </section>
      ) : null}
    </>
  )
}

/** The message as text, as HTML in a frame that may do nothing, or its headers and delivery. */
export function MessageBody({ message, view }: { message: Message; view: MessageView | undefined }) {
  return (
    <>
      <div className={classes.tabs}>
        <Tabs label="Parts of the message">
          {views.map(each => (
            <Tab
              key={each.label}
              to="/mailbox/$messageId"
              params={{ messageId: message.id }}
              search={before => ({ ...before, view: each.view })}
              activeOptions={{ explicitUndefined: true }}
              replace
            >
              {each.label}
            </Tab>
          ))}
        </Tabs>
      </div>
      <div className={classes.body} data-view={view ?? 'text'}>
        {view === 'html' ? <HtmlBody message={message} /> : null}
        {view === 'headers' ? <Headers message={message} /> : null}
        {view === undefined ? <TextBody text={message.text} /> : null}
      </div>
    </>
  )
}
