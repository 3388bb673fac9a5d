import { Agent, request as send } from 'node:http'
import fc from 'fast-check'
import { z } from 'zod'
import { type ApiDocument, type FuzzRequest, requestsOf } from './requests.ts'
import { KNOWN_ID, type Schema } from './values.ts'

export interface FuzzOptions {
  /** Where the API is. */
  origin: string
  /** Signs somebody in anew, when a request has ended the session before; gives an access token. */
  signIn: () => Promise<string>
  requests: number
  seed: number
  /** Requests under way at once. */
  clients?: number
  onProgress?: (done: number) => void
}

export interface FuzzReport {
  requests: number
  statuses: Record<string, number>
  /** How many operations answered with success at least once, of all that were asked. */
  succeeded: number
  operations: number
  /** What went wrong, once for each operation and kind. */
  findings: { what: string; request: string }[]
  /** Operations that never answered with success. */
  neverSucceeded: string[]
}

interface Answer {
  status: number
  type: string
  text: string
}

const BATCH = 400
const NAMED_ID = /"(\w+Id)":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/g
const IDS_MAX = 40
/** Operations that may end the session or the organization they are sent from; a few are enough. */
const ENDS = /sign-out|everywhere|\.delete|\.leave|erase|password|suspend|transfer|revoke|session/
const ENDS_MAX = 2
const TIMEOUT_MS = 20_000

/** Sends generated requests to every operation of the API's OpenAPI document and holds each answer against it. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const document = (await (await fetch(`${options.origin}/openapi.json`)).json()) as ApiDocument
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      operation,
      arbitrary: requestsOf(path, method, operation, document),
    })),
  )
  const run = new Run(options, document)
  try {
    for (let round = 0; run.done < options.requests; round++) {
      const most = Math.max(1, Math.min(BATCH, Math.ceil(options.requests / operations.length / 4)))
      for (const [index, { operation, arbitrary }] of operations.entries()) {
        if (run.done >= options.requests) break
        const seed = options.seed + round * 10_007 + index
        const size = ENDS.test(operation.operationId) ? Math.min(most, ENDS_MAX) : most
        await run.sendAll(
          fc.sample(arbitrary, { numRuns: Math.min(size, options.requests - run.done), seed }),
        )
      }
    }
    const asked = operations.map(({ operation }) => operation.operationId)
    return run.report(asked)
  } finally {
    run.close()
  }
}

class Run {
  done = 0
  readonly #options: FuzzOptions
  readonly #document: ApiDocument
  readonly #agent: Agent
  readonly #ids = new Map<string, string[]>()
  /** What the id of a record is called in the paths below its collection. */
  readonly #names: ReadonlyMap<string, string>
  readonly #statuses: Record<string, number> = {}
  readonly #findings = new Map<string, { what: string; request: string }>()
  readonly #succeeded = new Set<string>()
  readonly #shapes = new Map<Schema, z.ZodType | null>()
  #token: Promise<string> | undefined
  #picked = 0

  constructor(options: FuzzOptions, document: ApiDocument) {
    this.#options = options
    this.#document = document
    this.#names = new Map(
      Object.keys(document.paths).flatMap(path => {
        const [, collection = '', name = ''] = /^(.*)\/\{(\w+)\}$/.exec(path) ?? []
        return name ? [[collection, name] as const] : []
      }),
    )
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.clients ?? 8 })
  }

  async sendAll(requests: readonly FuzzRequest[]): Promise<void> {
    const due = [...requests]
    const worker = async () => {
      for (let next = due.pop(); next; next = due.pop()) await this.#one(next)
    }
    await Promise.all(Array.from({ length: this.#options.clients ?? 8 }, worker))
  }

  report(asked: readonly string[]): FuzzReport {
    const succeeded = asked.filter(id => this.#succeeded.has(id))
    return {
      requests: this.done,
      statuses: this.#statuses,
      succeeded: succeeded.length,
      operations: asked.length,
      findings: [...this.#findings.values()],
      neverSucceeded: asked.filter(id => !this.#succeeded.has(id)),
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #one(made: FuzzRequest): Promise<void> {
    this.#token ??= this.#options.signIn()
    const token = await this.#token
    const url = made.url.replaceAll(KNOWN_ID, (_, name: string) => this.#knownId(name))
    const body =
      typeof made.body === 'string'
        ? made.body.replaceAll(KNOWN_ID, (_, name: string) => this.#knownId(name))
        : made.body
    const headers: Record<string, string> = {
      ...made.headers,
      'x-forwarded-for': `198.51.${Math.floor(this.done / 250) % 250}.${this.done % 250}`,
      ...(made.isAnonymous ? {} : { authorization: `Bearer ${token}` }),
    }
    const shown = () =>
      `${made.method} ${url.slice(0, 600)} ${JSON.stringify(made.headers).slice(0, 200)} ${typeof body === 'string' ? body.slice(0, 1_500) : body ? Buffer.from(body).toString('base64').slice(0, 300) : ''}`
    this.done++
    if (this.done % 1_000 === 0) this.#options.onProgress?.(this.done)
    let answer: Answer
    try {
      answer = await this.#ask(made.method, url, headers, body)
    } catch (error) {
      this.#find(made, `no answer: ${error instanceof Error ? error.message : error}`, shown())
      return
    }
    this.#statuses[answer.status] = (this.#statuses[answer.status] ?? 0) + 1
    if (answer.status < 400) this.#succeeded.add(made.operation.operationId)
    // A request may have ended the session it came with, which is its right.
    if (answer.status === 401 && !made.isAnonymous && made.operation.security.length > 0) {
      this.#token = undefined
      this.#ids.clear()
    }
    this.#learn(made, answer)
    const wrong = this.#wrong(made, answer)
    if (wrong) this.#find(made, `${answer.status}: ${wrong}`, `${shown()} → ${answer.text.slice(0, 500)}`)
  }

  #find({ operation }: FuzzRequest, what: string, request: string): void {
    const text = `${operation.operationId} ${what}`
    if (!this.#findings.has(text)) this.#findings.set(text, { what: text, request })
  }

  #knownId(name: string): string {
    // Not at random: with the same seed and the same answers the same ids are taken.
    this.#picked++
    const ids = this.#ids.get(name) ?? this.#ids.get('') ?? []
    return ids[(this.#picked * 7_919) % Math.max(1, ids.length)] ?? '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c'
  }

  #learn({ path }: FuzzRequest, { status, text }: Answer): void {
    if (status >= 300 || text.length > 200_000) return
    const answer = jsonOf(text)
    const named = this.#names.get(path)
    const items = (answer as { items?: unknown } | undefined)?.items
    for (const item of Array.isArray(items) ? items : [answer]) {
      const id = (item as { id?: unknown } | null | undefined)?.id
      if (named && typeof id === 'string') this.#note(named, id)
    }
    for (const [, name = '', id = ''] of text.matchAll(NAMED_ID)) this.#note(name, id)
  }

  #note(name: string, id: string): void {
    for (const key of [name, '']) {
      const ids = this.#ids.get(key) ?? []
      this.#ids.set(key, ids)
      if (ids.includes(id)) continue
      if (ids.length < IDS_MAX) ids.push(id)
      else ids[this.#picked % IDS_MAX] = id
    }
  }

  #wrong({ operation }: FuzzRequest, { status, type, text }: Answer): string | undefined {
    if (status >= 500) return 'a failure inside'
    const named = operation.responses[String(status)]
    const declared = named?.$ref
      ? this.#document.components.responses[named.$ref.split('/').at(-1) ?? '']
      : named
    if (!declared) return 'a status that is not declared'
    const contents = Object.entries(declared.content ?? {})
    if (contents.length === 0) return text === '' ? undefined : 'a body where none is declared'
    const content = contents.find(([name]) => name === '*/*' || type.split(';')[0] === name.split(';')[0])
    if (!content) return `the content type ${type}, which is not declared`
    if (!/^application\/(problem\+)?json$/.test(content[0])) return undefined
    const shape = this.#shapeOf(content[1].schema)
    if (!shape) return 'a schema that cannot be read'
    const value = jsonOf(text)
    if (value === undefined) return 'an answer that is no JSON'
    const parsed = shape.safeParse(value)
    return parsed.success
      ? undefined
      : `an answer unlike its schema: ${z.prettifyError(parsed.error).slice(0, 300)}`
  }

  #shapeOf(schema: Schema): z.ZodType | null {
    const known = this.#shapes.get(schema)
    if (known !== undefined) return known
    const local = JSON.parse(
      JSON.stringify({ ...schema, $defs: this.#document.components.schemas }).replaceAll(
        '#/components/schemas/',
        '#/$defs/',
      ),
    )
    let shape: z.ZodType | null = null
    try {
      shape = z.fromJSONSchema(local)
    } catch {
      shape = null
    }
    this.#shapes.set(schema, shape)
    return shape
  }

  #ask(
    method: string,
    url: string,
    headers: Record<string, string>,
    body: string | Uint8Array | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = send(this.#options.origin + url, { method, headers, agent: this.#agent }, response => {
        const type = response.headers['content-type'] ?? ''
        const chunks: Buffer[] = []
        const end = () =>
          resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString() })
        if (type.startsWith('text/event-stream')) {
          call.destroy()
          return end()
        }
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', end)
        response.once('error', reject)
      })
      call.setTimeout(TIMEOUT_MS, () => call.destroy(new Error('no answer in 20 seconds')))
      call.once('error', reject)
      call.end(body)
    })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
