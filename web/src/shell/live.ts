import { useSyncExternalStore } from 'react'
import { getSession } from '#modules/iam/contract.ts'
import { coalesced } from './coalesced.ts'
import { reconnectDelay } from './live-backoff.ts'
import { createRepetitions, type LiveMessage, readLiveMessage } from './live-message.ts'
import { queryClient } from './query.ts'

/** A stream that is open says something every 5 seconds; one that is silent for so long is dead. */
const SILENCE_MAX_MS = 15_000
/** While there is too much to be told one by one, what is shown is read again this often. */
const MANY_GAP_MS = 2_000

type Handler = (message: LiveMessage) => void
export type LiveState = 'connecting' | 'open' | 'offline'

const handlers = new Set<{ prefix: string; handle: Handler }>()
const listeners = new Set<() => void>()
let state: LiveState = 'connecting'
let source: EventSource | undefined
let retry: ReturnType<typeof setTimeout> | undefined
let failures = 0
/** Where the stream was last, so that the next one goes on there. */
let position: string | undefined
let silence: ReturnType<typeof setTimeout> | undefined
const repetitions = createRepetitions()

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
  note(event)
  const message = readLiveMessage(event.data)
  if (!message || !repetitions.isNew(message.id)) return
  for (const { prefix, handle } of handlers) if (message.type.startsWith(prefix)) handle(message)
  if (message.isMany) renewShown()
}

/** Any event shows that the stream is alive, and where it is. */
function note(event: MessageEvent<string>): void {
  if (event.lastEventId !== '') position = event.lastEventId
  clearTimeout(silence)
  silence = setTimeout(reopen, SILENCE_MAX_MS)
}

const renewShown = coalesced(() => queryClient.invalidateQueries({ refetchType: 'active' }), MANY_GAP_MS)

/** What happened in the meantime was not heard, so everything shown is read again. */
function renewAll(isFirst: boolean): void {
  // At the first opening that is what the page read while the stream was on its way; who is signed in does not change in
  // that time.
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => !(isFirst && queryKey[0] === getSession.id) })
}

function open(): void {
  clearTimeout(retry)
  source?.close()
  const goesOn = position !== undefined
  const stream = new EventSource(goesOn ? `/v1/live?after=${position}` : '/v1/live')
  source = stream
  stream.onopen = () => {
    if (!goesOn) renewAll(failures === 0)
    failures = 0
    setState('open')
  }
  stream.onmessage = deliver
  stream.addEventListener('hello', note)
  stream.addEventListener('beat', note)
  stream.addEventListener('reset', event => {
    note(event)
    renewAll(false)
  })
  stream.onerror = reopen
}

function reopen(): void {
  source?.close()
  clearTimeout(silence)
  clearTimeout(retry)
  failures += 1
  if (failures > 1) setState('offline')
  retry = setTimeout(open, reconnectDelay(failures, Math.random()))
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
    clearTimeout(silence)
    source?.close()
    source = undefined
    position = undefined
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
