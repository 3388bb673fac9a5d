import { useSyncExternalStore } from 'react'
import type { Subject } from '#platform/contract/event.ts'
import { reconnectDelay } from './live-backoff.ts'
import { queryClient } from './query.ts'

/** Something changed in the organization: what kind of event, about which records. The content is read anew. */
export interface LiveMessage {
  readonly id: string
  readonly type: string
  readonly subjects: readonly Subject[]
}

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

function isSubject(value: unknown): value is Subject {
  return typeof value === 'object' && value !== null && 'type' in value && 'id' in value
}

/** Reads a message of the stream; undefined when it is none. */
export function parseLive(text: string): LiveMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return
  const many = 'subjects' in value && Array.isArray(value.subjects) ? value.subjects : []
  const one = 'subject' in value ? [value.subject] : []
  return {
    id: 'id' in value ? String(value.id) : '',
    type: value.type,
    subjects: [...many, ...one].filter(isSubject),
  }
}

function deliver(event: MessageEvent<string>): void {
  const message = parseLive(event.data)
  if (!message) return
  for (const { prefix, handle } of handlers) if (message.type.startsWith(prefix)) handle(message)
}

function open(): void {
  clearTimeout(retry)
  source?.close()
  const stream = new EventSource('/v1/live')
  source = stream
  stream.onopen = () => {
    // What happened in the meantime was not heard, so everything shown is read again.
    if (failures > 0) queryClient.invalidateQueries()
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
