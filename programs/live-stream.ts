import type { Kit } from '#platform/context.ts'
import { defineErrors } from '#platform/errors.ts'
import { Answer, type Http, type Principal } from '#platform/http/handlers.ts'
import type { LiveMessage } from '#platform/live/message.ts'
import { hearable, hearsAll } from './live-hearing.ts'

/** How often the stream shows that it is alive and asks whether its reader may still listen. */
const BEAT_MS = 5_000
/** A reader that does not keep up is cut off; it reconnects and gets what it missed. */
const QUEUE_MAX = 500
/** Streams of one person or key in one process; each open tab of a browser has one. */
const STREAMS_MAX = 30

const liveErrors = defineErrors('live', {
  too_many_streams: {
    status: 429,
    title: 'Too many live streams are open.',
    detail: `At most ${STREAMS_MAX} may be open at once. Close some, then try again.`,
  },
})

/** How many streams each actor has open. */
const open = new Map<string, number>()

/**
 * A server-sent event stream of one organization's changes, open until the caller leaves or may not hear it any more.
 * `after` is the position of a stream that was cut off. Throws `live.too_many_streams`.
 */
export function liveStream(kit: Kit, orgId: string, http: Http, after: string | undefined): Answer {
  const leave = enter(http.principal)
  const encoder = new TextEncoder()
  let stop = leave
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let principal = http.principal
        let isOpen = true
        let deciding: Promise<void> = Promise.resolve()
        const write = (text: string) => {
          if ((controller.desiredSize ?? 0) <= 0) end()
          else controller.enqueue(encoder.encode(text))
        }
        const beat = setInterval(async () => {
          principal = await http.principalNow()
          if (!isOpen) return
          if (principal?.orgId === orgId && principal.can('live:read'))
            write(frame({ event: 'beat', id: kit.live.position(), data: {} }))
          else end()
        }, BEAT_MS)
        let unfollow = () => {}
        const end = () => {
          if (!isOpen) return
          isOpen = false
          leave()
          clearInterval(beat)
          unfollow()
          try {
            controller.close()
          } catch {
            // The reader has cancelled the stream already.
          }
        }
        stop = end
        http.closed.addEventListener('abort', end, { once: true })
        write(`retry: 1000\n${frame({ event: 'hello', id: kit.live.position(), data: {} })}`)
        unfollow = kit.live.follow(orgId, after, {
          hear: messages => {
            const id = kit.live.position()
            const tell = (heard: readonly LiveMessage[]) => {
              if (heard.length > 0) write(heard.map(message => frame({ id, data: shown(message) })).join(''))
            }
            const listener = principal
            if (!listener) return
            if (hearsAll(listener)) tell(messages)
            // One after the other, so that positions only grow. What cannot be decided is not told.
            else deciding = deciding.then(() => hearable(kit, listener, messages)).then(tell, end)
          },
          reset: () => write(frame({ event: 'reset', id: kit.live.position(), data: {} })),
        })
        if (!isOpen) unfollow()
      },
      cancel: () => stop(),
    },
    { highWaterMark: QUEUE_MAX },
  )
  return new Answer(200, stream, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
}

/** Counts a stream; the returned function ends that, once. */
function enter(principal: Principal | null): () => void {
  const key = JSON.stringify([principal?.orgId, principal?.actor])
  const before = open.get(key) ?? 0
  if (before >= STREAMS_MAX) throw liveErrors.too_many_streams({ retryAfterS: 5 })
  open.set(key, before + 1)
  let isIn = true
  return () => {
    if (!isIn) return
    isIn = false
    const left = (open.get(key) ?? 1) - 1
    if (left > 0) open.set(key, left)
    else open.delete(key)
  }
}

function shown({ id, type, subjects, many }: LiveMessage) {
  return { id, type, subjects, ...(many ? { many } : {}) }
}

function frame({ event, id, data }: { event?: string; id: string; data: unknown }): string {
  return `${event === undefined ? '' : `event: ${event}\n`}id: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
