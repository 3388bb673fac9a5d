import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { getMessage, type Message } from '#modules/mail/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { isMissing, problemWords } from '../../shell/problem.ts'
import { useTitle } from '../../shell/use-title.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { RecordSkeleton } from '../../ui/skeleton.tsx'
import classes from './message.module.css'
import { MessageBody } from './message-body.tsx'
import { MessageHead } from './message-head.tsx'
import { MessageNotice } from './message-notice.tsx'
import { ReaderBar } from './reader-bar.tsx'
import { READER_ID } from './use-list-keys.ts'
import { useWide } from './use-wide.ts'

const route = getRouteApi('/app/mailbox/$messageId')

function Reading({ message, wide }: { message: Message; wide: boolean }) {
  const { view } = route.useSearch()
  useTitle(message.subject || 'Message')
  return (
    <>
      <MessageHead message={message} wide={wide} />
      <MessageNotice key={message.id} message={message} />
      <MessageBody message={message} view={view} />
    </>
  )
}

/** One message: its head, what has to be said about its fate, its text, HTML or headers. */
export function MessagePage() {
  const { messageId } = route.useParams()
  const wide = useWide()
  const { data, error, refetch } = useQuery(routeQuery(getMessage, { params: { messageId } }))
  const words = error && !data ? problemWords(error) : undefined
  return (
    <article
      id={READER_ID}
      key={messageId}
      className={classes.message}
      aria-label={data?.subject || 'Message'}
      tabIndex={-1}
    >
      {wide ? null : <ReaderBar />}
      {data ? <Reading message={data} wide={wide} /> : null}
      {words ? (
        <div className={classes.error}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={isMissing(error) ? undefined : () => refetch()}
          />
        </div>
      ) : null}
      {data || words ? null : <RecordSkeleton />}
    </article>
  )
}
