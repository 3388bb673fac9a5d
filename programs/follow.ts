/** A live change as the stream sends it. */
export interface Change {
  id: string
  type: string
  subjects: { type: string; id: string }[]
}

/** A running subscription to an organization's live changes. */
export interface Following {
  /** Resolves with the time (performance.now) the first matching change was heard, now or later. */
  heard(matches: (change: Change) => boolean): Promise<number>
  stop(): void
}

/** Follows `/v1/live` of an installation with an access token; resolves once the stream is open. */
export async function follow(baseUrl: string, accessToken: string): Promise<Following> {
  const stop = new AbortController()
  const response = await fetch(`${baseUrl}/v1/live`, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: stop.signal,
  })
  if (!response.ok || !response.body) throw new Error(`The live stream answered ${response.status}.`)
  const past: { change: Change; at: number }[] = []
  const waiting = new Set<(entry: { change: Change; at: number }) => void>()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const opened = Promise.withResolvers<void>()
  const read = async () => {
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      text += value
      opened.resolve()
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (!data) continue
        const entry = { change: JSON.parse(data) as Change, at: performance.now() }
        past.push(entry)
        for (const tell of [...waiting]) tell(entry)
      }
    }
  }
  read().catch(() => {})
  await opened.promise
  return {
    heard: matches =>
      new Promise(resolve => {
        const known = past.find(entry => matches(entry.change))
        if (known) return resolve(known.at)
        const listen = (entry: { change: Change; at: number }) => {
          if (!matches(entry.change)) return
          waiting.delete(listen)
          resolve(entry.at)
        }
        waiting.add(listen)
      }),
    stop: () => stop.abort(),
  }
}
