/** One server-sent event as it came. */
export interface StreamEvent {
  event: string
  id: string
  data: { id?: string; type?: string; subjects?: { type: string; id: string }[]; many?: boolean }
}

/** A stream of server-sent events, read by hand so that a test sees ids and kinds. */
export interface EventStream {
  readonly events: readonly StreamEvent[]
  /** Resolves with the first event, past or to come, that fits; undefined when the stream ends without. */
  find(fits: (event: StreamEvent) => boolean): Promise<StreamEvent | undefined>
  close(): void
}

/** Opens a stream; throws with the status when the server refuses it. */
export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const gone = new AbortController()
  const response = await fetch(url, { headers, signal: gone.signal })
  if (response.status !== 200 || !response.body) throw new Error(`The stream answered ${response.status}.`)
  const events: StreamEvent[] = []
  let isOver = false
  const waiting = new Set<() => void>()
  const wakeAll = () => {
    for (const look of [...waiting]) look()
  }
  const read = async () => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      events.push(...frames.map(eventOf))
      wakeAll()
    }
  }
  read()
    .catch(() => {})
    .finally(() => {
      isOver = true
      wakeAll()
    })
  return {
    events,
    find: fits =>
      new Promise(resolve => {
        const look = () => {
          const found = events.find(fits)
          if (!found && !isOver) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    close: () => gone.abort(),
  }
}

function eventOf(frame: string): StreamEvent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1]
  return {
    event: field('event') ?? 'message',
    id: field('id') ?? '',
    data: JSON.parse(field('data') ?? '{}') as StreamEvent['data'],
  }
}
