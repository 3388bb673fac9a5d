/** What a sample of a call is made from. */
export interface SampleCall {
  readonly origin: string
  readonly method: string
  /** With `{param}` segments. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly isPublic: boolean
  /** Headers that are worth showing, such as Idempotency-Key. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: unknown
  readonly hasAnswer: boolean
}

function addressOf({ origin, path, params, query }: SampleCall): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name)
  const search = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${origin}${filled}${search ? `?${search}` : ''}`
}

/** The call as a line for a shell. */
export function curlSample(call: SampleCall): string {
  const lines = [
    `curl ${call.method === 'GET' ? '' : `-X ${call.method} `}'${addressOf(call)}'`,
    ...(call.isPublic ? [] : ['-H "Authorization: Bearer $MILLRACE_TOKEN"']),
    ...call.headers.map(([name, value]) => `-H '${name}: ${value}'`),
  ]
  if (call.body !== undefined) {
    const json = JSON.stringify(call.body, null, 2).replaceAll("'", `'\\''`)
    lines.push(`-H 'Content-Type: application/json'`, `-d '${json}'`)
  }
  return lines.join(' \\\n  ')
}

/** The call in JavaScript, for browsers and Node alike. */
export function scriptSample(call: SampleCall): string {
  const headers = [
    ...(call.isPublic ? [] : [`    authorization: 'Bearer ' + process.env.MILLRACE_TOKEN,`]),
    ...call.headers.map(([name, value]) => `    '${name.toLowerCase()}': '${value}',`),
    ...(call.body === undefined ? [] : [`    'content-type': 'application/json',`]),
  ]
  const options = [
    ...(call.method === 'GET' ? [] : [`  method: '${call.method}',`]),
    ...(headers.length > 0 ? ['  headers: {', ...headers, '  },'] : []),
    ...(call.body === undefined
      ? []
      : [`  body: JSON.stringify(${JSON.stringify(call.body, null, 2).replaceAll('\n', '\n  ')}),`]),
  ]
  const second = options.length > 0 ? `, {\n${options.join('\n')}\n}` : ''
  return [
    `const response = await fetch('${addressOf(call)}'${second})`,
    'if (!response.ok) throw new Error((await response.json()).title)',
    ...(call.hasAnswer ? ['const answer = await response.json()'] : []),
  ].join('\n')
}
