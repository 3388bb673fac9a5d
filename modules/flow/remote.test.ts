import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kit } from '#platform/context.ts'
import type { EgressRequest } from '#platform/egress/egress.ts'
import type { HttpRequestCall } from './nodes/http-request.run.ts'
import { callRemote } from './remote.ts'

/** What goes out for a call, and what comes back to the run. */
async function sent(headers: HttpRequestCall['headers'], timeoutMs = 30_000) {
  const requests: EgressRequest[] = []
  const egress = {
    request: async (request: EgressRequest) => {
      requests.push(request)
      return { status: 200, headers: { 'content-type': 'application/json' }, text: () => '{"ok":true}' }
    },
  }
  // An organization without rate limits.
  const db = { withOrg: async () => new Set() }
  const request = { method: 'GET', url: 'https://a.example/', headers, body: null }
  const call = {
    token: 't#1',
    key: 'stable',
    kind: 'http_request',
    request,
    nodeId: 'n',
    path: '',
    step: 2,
    attempt: 1,
    timeoutMs,
  }
  const input = await callRemote(
    { egress, db } as unknown as Kit,
    { orgId: 'org', runId: 'run', call },
    new AbortController().signal,
  )
  return { request: requests[0], input }
}

test('a header that is given several times goes out once with all its values', async () => {
  const { request, input } = await sent([
    ['Accept', 'text/html'],
    ['Cookie', 'a=1'],
    ['accept', 'text/plain'],
    ['COOKIE', 'b=2'],
    ['X-One', '1'],
  ])
  assert.deepEqual(request?.headers, {
    accept: 'text/html, text/plain',
    cookie: 'a=1; b=2',
    'x-one': '1',
    'idempotency-key': 'stable',
  })
  assert.deepEqual(input, {
    kind: 'answer',
    token: 't#1',
    output: { status: 200, headers: { 'content-type': 'application/json' }, body: { ok: true } },
  })
})

test('a call may take as long as its node allows', async () => {
  const { request } = await sent([], 900_000)
  assert.deepEqual([request?.timeoutMs, request?.headersTimeoutMs], [900_000, 900_000])
})
