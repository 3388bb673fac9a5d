import { request } from 'node:http'

/** A live change as the stream sends it. */
export interface Change {
  id: string
  type: string
  subjects: { type: string; id: string }[]
}

interface Heard {
  change: Change
  /** performance.now() when it arrived. */
  at: number
}

/** A running subscription to an organization's live changes. */
export interface Following {
  /** Where the stream is now; later questions look at what came after it. */
  mark(): number
  /** Resolves with the time the first matching change after the mark arrived, in the past or in the future. */
  heard(mark: number, matches: (change: Change) => boolean): Promise<number>
  /** Resolves when the given number of matching changes has arrived since the mark. */
  heardTimes(mark: number, times: number, matches: (change: Change) => boolean): Promise<void>
  stop(): void
}

/** Follows `/v1/live` of a local installation with an access token; resolves once the stream is open. */
export async function follow(baseUrl: string, accessToken: string): Promise<Following> {
  const past: Heard[] = []
  const waiting = new Set<() => void>()
  const take = (frame: string) => {
    // Beats and the like are no changes.
    if (frame.startsWith('event: ') || frame.startsWith('retry: ')) return
    const data = /^data: (.*)$/m.exec(frame)?.[1]
    if (!data) return
    past.push({ change: JSON.parse(data) as Change, at: performance.now() })
    for (const look of [...waiting]) look()
  }
  const stop = await open(baseUrl, accessToken, take)
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise(resolve => {
      const attempt = () => {
        const found = look()
        if (found === undefined) return
        waiting.delete(attempt)
        resolve(found)
      }
      waiting.add(attempt)
      attempt()
    })
  return {
    mark: () => past.length,
    heard: (mark, matches) => until(() => past.slice(mark).find(entry => matches(entry.change))?.at),
    heardTimes: (mark, times, matches) =>
      until(() =>
        past.slice(mark).filter(entry => matches(entry.change)).length >= times ? true : undefined,
      ).then(() => undefined),
    stop,
  }
}

function open(baseUrl: string, accessToken: string, take: (frame: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${baseUrl}/v1/live`,
      { headers: { authorization: `Bearer ${accessToken}` } },
      response => {
        if (response.statusCode !== 200)
          return reject(new Error(`The live stream answered ${response.statusCode}.`))
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
          const frames = text.split('\n\n')
          text = frames.pop() ?? ''
          for (const frame of frames) take(frame)
          resolve(() => call.destroy())
        })
        response.on('error', () => {})
      },
    )
    call.on('error', reject)
    call.end()
  })
}
