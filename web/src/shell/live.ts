import { useSyncExternalStore } from 'react'
import { getSession } from '#modules/iam/contract.ts'
import { reconnectDelay } from './live-backoff.ts'
import { type LiveMessage, readLiveMessage } from './live-message.ts'
import { queryClient } from './query.ts'

type Handler = (message: LiveMessage) => void
export type LiveState = 'connecting' | 'open' | 'offline'

const handlers = new Set<{ prefix: string; handle: Handler }>()
const listeners = new Set<() => void>()
let state: LiveState = 'connecting'
let source: EventSource | undefined
let retry: ReturnType<typeof setTimeout> | undefined
let failures = 0

/** Hears every message whose type starts with the prefix, for example `lead.`. Returns what stops it. */
export function onLive(prefix: string, handle: Handler): () => void {
  const entry = { prefix, handle }
  handlers.add(entry)
  return () => handlers.delete(entry)
}

/** Renews the cached answers of routes when a message of the kind arrives. Modules call this once, at start. */
export function renewOnLive(prefix: string, routeIds: readonly string[]): () => void {
  return onLive(prefix, () => {
    for (const id of routeIds) queryClient.invalidateQueries({ queryKey: [id] })
  })
}

function setState(next: LiveState): void {
  if (state === next) return
  state = next
  for (const listener of listeners) listener()
}

function deliver(event: MessageEvent<string>): void {
  const message = readLiveMessage(event.data)
  if (!message) return
  for (const { prefix, handle } of handlers) if (message.type.startsWith(prefix)) handle(message)
}

function open(): void {
  clearTimeout(retry)
  source?.close()
  const stream = new EventSource('/v1/live')
  source = stream
  stream.onopen = () => {
    // What happened in the meantime was not heard, so everything shown is read again. At the first opening that is what
    // the page read while the stream was on its way; who is signed in does not change in that time.
    const isFirst = failures === 0
    queryClient.invalidateQueries({
      predicate: ({ queryKey }) => !(isFirst && queryKey[0] === getSession.id),
    })
    failures = 0
    setState('open')
  }
  stream.onmessage = deliver
  stream.onerror = () => {
    stream.close()
    failures += 1
    if (failures > 1) setState('offline')
    retry = setTimeout(open, reconnectDelay(failures, Math.random()))
  }
}

function reopenNow(): void {
  if (state !== 'open') open()
}

/** Opens the one stream of the app; returns what closes it. */
export function startLive(): () => void {
  open()
  window.addEventListener('online', reopenNow)
  return () => {
    window.removeEventListener('online', reopenNow)
    clearTimeout(retry)
    source?.close()
    source = undefined
    failures = 0
    setState('connecting')
  }
}

/** Whether live updates arrive, for the small notice in the frame. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}
