import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { getMessage } from '#modules/mail/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { neighbourOf } from './neighbour.ts'

/** Where Enter in the list and a decision put the focus: the message that is read. */
export const READER_ID = 'message'

interface ListKeysOptions {
  readonly ids: readonly string[]
  readonly openId: string | undefined
  readonly wide: boolean
  readonly pane: RefObject<HTMLElement | null>
}

function rowIn(pane: RefObject<HTMLElement | null>, id: string): HTMLElement | null {
  return pane.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`) ?? null
}

/**
 * Moving through the list. Beside the list a message opens as soon as one moves to it; where the message
 * covers the list, moving in the list only moves the focus, and moving in a message opens its neighbour.
 */
export function useListKeys({ ids, openId, wide, pane }: ListKeysOptions) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [focusedId, setFocusedId] = useState<string>()
  const lastOpen = useRef(openId)
  const known = focusedId !== undefined && ids.includes(focusedId) ? focusedId : undefined
  const tabStop = known ?? (openId !== undefined && ids.includes(openId) ? openId : ids[0])

  const focusRow = (id: string) => {
    const row = rowIn(pane, id)
    row?.focus({ preventScroll: true })
    row?.scrollIntoView({ block: 'nearest' })
  }
  const open = (messageId: string) =>
    navigate({
      to: '/mailbox/$messageId',
      params: { messageId },
      search: true,
      replace: openId !== undefined,
      resetScroll: false,
    })
  const move = (key: string, from: string | undefined) => {
    const next = neighbourOf(ids, from, key)
    if (next === undefined) return false
    setFocusedId(next)
    if (wide || openId === undefined) focusRow(next)
    if ((wide || openId !== undefined) && next !== openId) open(next)
    return true
  }
  const close = () => {
    if (openId === undefined) return
    const reader = document.getElementById(READER_ID)
    if (wide && reader?.contains(document.activeElement)) focusRow(openId)
    else navigate({ to: '/mailbox', search: true })
  }

  // Closing a message that covered the list leads back to its row; the list is there again only after drawing.
  useLayoutEffect(() => {
    const closed = lastOpen.current
    lastOpen.current = openId
    if (openId === undefined && closed !== undefined) {
      rowIn(pane, closed)?.focus({ preventScroll: true })
    }
  }, [openId, pane])
  // The next message is read before it is asked for.
  useEffect(() => {
    if (openId === undefined) return
    for (const key of ['j', 'k']) {
      const messageId = neighbourOf(ids, openId, key)
      if (messageId) queryClient.prefetchQuery(routeQuery(getMessage, { params: { messageId } }))
    }
  }, [openId, ids, queryClient])

  const current = () => (openId !== undefined && ids.includes(openId) ? openId : known)
  useShortcuts([
    { keys: 'j', label: 'Next message', group: 'Mailbox', run: () => move('j', current()) },
    { keys: 'k', label: 'Previous message', group: 'Mailbox', run: () => move('k', current()) },
    { keys: 'escape', label: 'Back to the list', group: 'Mailbox', run: close },
  ])
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
    if (event.key === 'Enter' && wide && id === openId) document.getElementById(READER_ID)?.focus()
    else if (!/^(ArrowUp|ArrowDown|Home|End)$/.test(event.key) || !move(event.key, id)) return
    event.preventDefault()
  }
  return { tabStop, remember: setFocusedId, onKeyDown }
}
