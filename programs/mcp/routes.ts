import { createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AnyRoute, defineRoute, type Method } from '#platform/contract/route.ts'
import { AppError, defineErrors } from '#platform/errors.ts'
import {
  Answer,
  type Http,
  type Implemented,
  implementPublic,
  type Principal,
} from '#platform/http/handlers.ts'
import type { ServerOptions } from '#platform/http/server.ts'
import { resultOf } from './answers.ts'
import { createMcpServer } from './mcp-server.ts'
import { type ToolRequest, toolsOf } from './tools.ts'

const mcpErrors = defineErrors('mcp', {
  origin_refused: {
    status: 403,
    title: 'This address is not for pages of other sites.',
    detail: 'Connect from a program, or from the address under which Millrace is reached.',
  },
})

const PATH = '/mcp'
/** What the protocol reads of a request; the rest is about the connection or the caller. */
const SPOKEN = /^(accept|content-type|last-event-id|mcp-.*)$/
const CHALLENGE = 'Bearer realm="Millrace"'

export interface McpRoutesOptions {
  readonly routes: readonly AnyRoute[]
  readonly version: string
  readonly authenticate: ServerOptions['authenticate']
  /** The server that answers the calls; asked for late, because it has these routes too. */
  readonly app: () => FastifyInstance
}

/**
 * The Model Context Protocol over streamable HTTP. Each request stands alone and carries its own credential, so any
 * process of the installation can answer it. A call of a tool is a request to the same server with that credential:
 * checked, limited, recorded and answered like every other.
 */
export function mcpRoutes(options: McpRoutesOptions): Implemented[] {
  const tools = toolsOf(options.routes)
  const answer = async (http: Http, method: Method, choice: string | undefined): Promise<Answer> => {
    refuseForeignPages(http)
    const authorization = http.header('authorization')
    if (authorization === undefined) return unauthorized()
    const principal = await orNobody(
      options.authenticate(http.kit, {
        cookie: () => undefined,
        authorization,
        method: 'GET',
        viewAs: undefined,
        from: {
          address: http.address,
          userAgent: http.header('user-agent') ?? '',
          requestId: http.requestId,
        },
      }),
    )
    if (!principal) return unauthorized()
    const send = async (request: ToolRequest) => {
      const { statusCode, body } = await options.app().inject({
        method: request.method,
        url: request.url,
        remoteAddress: http.address,
        headers: {
          authorization,
          'user-agent': http.header('user-agent') ?? 'mcp',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { payload: JSON.stringify(request.body) }),
      })
      return resultOf(statusCode, body)
    }
    const handler = createMcpHandler(
      () => createMcpServer({ version: options.version, tools, principal, choice, send }),
      { maxSubscriptions: 0 },
    )
    return answerOf(await handler.fetch(requestOf(http, method)))
  }
  const route = <const M extends 'GET' | 'POST' | 'DELETE'>(method: M, verb: string, summary: string) =>
    implementPublic(
      defineRoute({
        id: `mcp.message.${verb}`,
        method,
        path: PATH,
        summary,
        access: 'public',
        query: z.object({ tools: z.string().max(200).optional() }),
        raw: true,
        idempotent: false,
        produces: 'application/json',
      }),
      (http, { query }) => answer(http, method, query.tools),
    )
  return [
    route('POST', 'send', 'Talk to the MCP server'),
    route('GET', 'listen', 'Refused: the MCP server keeps no stream open'),
    route('DELETE', 'end', 'Refused: the MCP server keeps no sessions'),
  ]
}

/** A page in a browser says where it comes from; one that was led here by a name of its own is refused. */
function refuseForeignPages(http: Http): void {
  const origin = http.header('origin')
  if (origin === undefined) return
  const own = new URL(http.kit.config.publicUrl).origin
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(URL.parse(origin)?.hostname ?? '')
  const isSameHost = URL.parse(origin)?.host === http.header('host')
  if (origin !== own && !(isLocal && isSameHost)) throw mcpErrors.origin_refused()
}

/** A credential that is no good makes a client ask for another one; any other failure is one. */
async function orNobody(found: Promise<Principal | null>): Promise<Principal | null> {
  try {
    return await found
  } catch (error) {
    if (error instanceof AppError && error.status === 401) return null
    throw error
  }
}

function unauthorized(): Answer {
  const body = { error: 'invalid_token', error_description: 'Send an API key or an access token as Bearer.' }
  return new Answer(401, JSON.stringify(body), {
    'content-type': 'application/json; charset=utf-8',
    'www-authenticate': CHALLENGE,
  })
}

function requestOf(http: Http, method: Method): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(http.headers))
    if (typeof value === 'string' && SPOKEN.test(name)) headers.set(name, value)
  return new Request(`${http.kit.config.publicUrl}${PATH}`, {
    method,
    headers,
    signal: http.closed,
    ...(method === 'POST' ? { body: new Uint8Array(http.rawBody) } : {}),
  })
}

function answerOf(response: Response): Answer {
  return new Answer(response.status, response.body, Object.fromEntries(response.headers))
}
