import type { Kit } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { EgressMethod } from '#platform/egress/egress.ts'
import { EgressError } from '#platform/egress/errors.ts'
import { faultPoint } from '#platform/faults.ts'
import { messageOf } from '#platform/log.ts'
import { lookBack } from './event-waits.ts'
import { lookUp, lookUpFailure } from './look-up.ts'
import type { HttpRequestAnswer, HttpRequestCall } from './nodes/http-request.run.ts'
import { takeNextTurn } from './rotation.ts'
import { answerCode } from './run-code.ts'
import type { RemoteCall, SliceInput, StepError } from './run-state.ts'
import { connectionOf, takeTurn, wasPutOff } from './turns.ts'

const LOOK_BACK_PAUSE_MS = 1_000
const ANSWER_BYTES_MAX = 256 * 1024

/** An answer cut in the middle would be taken for a whole one by the steps that follow. */
class AnswerTooLarge extends Error {
  constructor() {
    super(`The answer is larger than ${ANSWER_BYTES_MAX / 1024} kB.`)
  }
}

/** A call of a run. */
export interface CallOfRun {
  orgId: string
  runId: string
  call: RemoteCall
}

/**
 * Makes a call outside and says what came of it; never throws. Null when there is nothing to say, as when nobody had
 * what was looked for and the run goes on waiting.
 */
export async function callRemote(
  kit: Kit,
  { orgId, runId, call }: CallOfRun,
  signal: AbortSignal,
): Promise<SliceInput | null> {
  const { token } = call
  faultPoint('call.before_request')
  try {
    switch (call.kind) {
      case 'look_back':
        // What it finds is told through the run's inbox. Without it the run could wait for what has happened already.
        while (!signal.aborted) {
          try {
            await lookBack(kit, { orgId, runId, token })
            return null
          } catch (error) {
            kit.log.warn({ run: runId, error: messageOf(error) }, 'flow.look_back_failed')
            await kit.wake.wait('calm', LOOK_BACK_PAUSE_MS, signal)
          }
        }
        return null
      case 'http_request': {
        const { url } = call.request as unknown as HttpRequestCall
        const turn = { kind: call.kind, connection: connectionOf(url), isBack: wasPutOff(call) }
        const waitMs = await takeTurn(kit, orgId, turn)
        if (waitMs !== null) return { kind: 'later', token, waitMs }
        return { kind: 'answer', token, output: await requestHttp(kit, orgId, call, signal) }
      }
      case 'lookup':
        return { kind: 'answer', token, output: await lookUp(kit, orgId, call.request) }
      case 'take_turn':
        return { kind: 'answer', token, output: await takeNextTurn(kit, { orgId, runId, call }) }
      case 'code':
        return await answerCode(kit, orgId, call, signal)
      default:
        throw new Error(`No remote call is called ${call.kind}.`)
    }
  } catch (error) {
    return {
      kind: 'failure',
      token,
      error: OF_DATABASE.has(call.kind) ? lookUpFailure(error) : failureOf(error),
    }
  }
}

/** Calls that only ask our own database. */
const OF_DATABASE: ReadonlySet<string> = new Set(['lookup', 'take_turn'])

function failureOf(error: unknown): StepError {
  if (error instanceof EgressError) {
    return {
      code: `http.${error.code}`,
      message: error.message,
      retryable: !PERMANENT.has(error.code),
      retryAfterMs: null,
      details: { sent: error.sent },
    }
  }
  const message = error instanceof AnswerTooLarge ? error.message : messageOf(error)
  return { code: 'http.failed', message, retryable: false, retryAfterMs: null, details: null }
}

/** Failures of the address or the request itself, which trying again cannot mend. */
const PERMANENT: ReadonlySet<string> = new Set([
  'bad_url',
  'bad_port',
  'bad_request',
  'forbidden_address',
  'too_large',
])

async function requestHttp(kit: Kit, orgId: string, call: RemoteCall, signal: AbortSignal): Promise<Json> {
  const request = call.request as unknown as HttpRequestCall
  const response = await kit.egress.request({
    url: request.url,
    method: request.method as EgressMethod,
    partition: orgId,
    headers: { ...joinedHeaders(request.headers), 'idempotency-key': call.key },
    ...(request.body === null ? {} : { body: request.body }),
    timeoutMs: call.timeoutMs,
    headersTimeoutMs: call.timeoutMs,
    maxResponseBytes: ANSWER_BYTES_MAX,
    signal,
  })
  if (response.truncated) throw new AnswerTooLarge()
  const answer: HttpRequestAnswer = {
    status: response.status,
    headers: { ...response.headers },
    body: bodyOf(response.text(), response.headers['content-type'] ?? ''),
  }
  return answer as unknown as Json
}

/**
 * One value per name: a header that is given several times means the same as its values in one line with commas
 * between (RFC 9110, section 5.3), except for Cookie, which has semicolons (RFC 6265, section 5.4).
 */
function joinedHeaders(headers: HttpRequestCall['headers']): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [given, value] of headers) {
    const name = given.toLowerCase()
    const before = Object.hasOwn(joined, name) ? joined[name] : undefined
    joined[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return joined
}

/** JSON when the other side says so and it is; its text otherwise, without what cannot be stored. */
function bodyOf(text: string, contentType: string): Json {
  const storable = text.replaceAll('\u0000', '').toWellFormed()
  if (!/[/+]json\b/i.test(contentType)) return storable
  try {
    return JSON.parse(storable) as Json
  } catch {
    return storable
  }
}
