import { Button } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { Mail } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { MessageStatus, MessageSummary } from '#modules/mail/contract.ts'
import { onLive } from '../../shell/live.ts'
import { problemWords } from '../../shell/problem.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { useHighlights } from '../../ui/use-highlights.ts'
import { useFormToTry } from '../intake/use-form.ts'
import classes from './message-list.module.css'
import { MessageListSkeleton } from './message-list-skeleton.tsx'
import { MessageRow } from './message-row.tsx'
import { statusWords } from './message-words.ts'
import { useListKeys } from './use-list-keys.ts'
import type { useMessages } from './use-messages.ts'

interface MessageListProps {
  list: ReturnType<typeof useMessages>['list']
  messages: readonly MessageSummary[]
  status: MessageStatus | undefined
  openId: string | undefined
  wide: boolean
  /** Kept in the page while a message covers it, so that it keeps its place. */
  hidden: boolean
  /** Nothing stands beside it. */
  alone: boolean
}

function useArrivals(): ReadonlySet<string> {
  const { highlighted, highlight } = useHighlights()
  useEffect(
    () =>
      onLive('email.', message => {
        for (const subject of message.subjects) if (subject.type === 'message') highlight(subject.id)
      }),
    [highlight],
  )
  return highlighted
}

function NoMessages() {
  const form = useFormToTry()
  return (
    <EmptyState
      icon={<Mail size={20} />}
      action={
        form ? (
          <Button component="a" variant="filled" href={form} target="_blank" rel="noopener">
            Open the form
          </Button>
        ) : (
          <Button component={Link} to="/workflows">
            Open the workflows
          </Button>
        )
      }
    >
      What workflows write stands here, for example the thanks to a new lead. Send the form to see it come.
    </EmptyState>
  )
}

function Nothing({ status }: { status: MessageStatus | undefined }) {
  if (status) {
    const { word } = statusWords({ status, mailbox: 'smtp' })
    return (
      <EmptyState
        icon={<Mail size={20} />}
        action={
          <Button component={Link} to="/mailbox">
            Show all messages
          </Button>
        }
      >
        No message has the status “{word.toLowerCase()}”.
      </EmptyState>
    )
  }
  return <NoMessages />
}

/** The messages, newest first; the arrow keys and j and k move, Enter reads. */
export function MessageList({ list, messages, status, openId, wide, hidden, alone }: MessageListProps) {
  const pane = useRef<HTMLDivElement>(null)
  const { ref: end, entry } = useIntersection({ root: pane.current, rootMargin: '600px' })
  const arrivals = useArrivals()
  const keys = useListKeys({ ids: messages.map(message => message.id), openId, wide, pane })
  const nearEnd = entry?.isIntersecting ?? false
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])

  if (list.isPending) return <MessageListSkeleton />
  const words = list.error && messages.length === 0 ? problemWords(list.error) : undefined
  return (
    <div ref={pane} className={classes.list} data-alone={alone} hidden={hidden}>
      {words ? (
        <div className={classes.error}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => list.refetch()}
          />
        </div>
      ) : null}
      {!words && messages.length === 0 ? <Nothing status={status} /> : null}
      <ol aria-label="Messages">
        {messages.map(message => (
          <MessageRow
            key={message.id}
            message={message}
            open={message.id === openId}
            tabStop={message.id === keys.tabStop}
            arrived={arrivals.has(message.id)}
            onFocus={() => keys.remember(message.id)}
            onKeyDown={keys.onKeyDown}
          />
        ))}
      </ol>
      <div ref={end} className={classes.end}>
        {isFetchingNextPage ? 'Reading older messages…' : null}
      </div>
    </div>
  )
}
