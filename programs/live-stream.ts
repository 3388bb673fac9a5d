import type { Kit } from '#platform/context.ts'
import { Answer, type Http } from '#platform/http/handlers.ts'
import type { LiveMessage } from '#platform/live/live.ts'

/** How often the stream shows that it is alive and asks whether its reader may still listen. */
const BEAT_MS = 5_000
/** A reader that does not keep up is cut off; it reconnects and reads what it shows anew. */
const QUEUE_MAX = 500

/** A server-sent event stream of one organization's changes, open until the caller leaves. */
export function liveStream(kit: Kit, orgId: string, http: Http): Answer {
  const encoder = new TextEncoder()
  let stop = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string) => {
          if ((controller.desiredSize ?? 0) <= 0) end()
          else controller.enqueue(encoder.encode(text))
        }
        const beat = setInterval(async () => {
          const principal = await http.principalNow()
          if (principal?.orgId === orgId && principal.can('live:read')) write(': beat\n\n')
          else end()
        }, BEAT_MS)
        const unlisten = kit.live.listen(orgId, message => write(frameOf(message)))
        let open = true
        const end = () => {
          if (!open) return
          open = false
          clearInterval(beat)
          unlisten()
          try {
            controller.close()
          } catch {
            // The reader has cancelled the stream already.
          }
        }
        stop = end
        http.closed.addEventListener('abort', end, { once: true })
        write('retry: 1000\n\n')
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

function frameOf(message: LiveMessage): string {
  const data = { id: message.id, type: message.type, subjects: message.subjects }
  return `id: ${message.id}\ndata: ${JSON.stringify(data)}\n\n`
}
