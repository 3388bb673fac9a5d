import {
  type CallToolResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Tool,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Principal } from '#platform/http/handlers.ts'
import { structured } from './answers.ts'
import { mayUse, type RouteTool, requestOf, type ToolRequest } from './tools.ts'
import { chosenTools, foundTools } from './toolsets.ts'

export interface McpOptions {
  readonly version: string
  readonly tools: readonly RouteTool[]
  readonly principal: Principal
  /** The query parameter `tools`. */
  readonly choice: string | undefined
  /** Sends the request through the same server that everybody else talks to. */
  readonly send: (request: ToolRequest) => Promise<CallToolResult>
}

const INSTRUCTIONS = `Millrace holds an organization's leads, people, forms, workflows, runs and e-mail. The tools listed first read them. \
search_tools finds the others by words, with what they take; call_tool calls one of those by its name. \
Lists come in pages: give nextCursor of an answer as cursor to go on. Ids are UUIDs from other answers; never make one up.`

const SearchInput = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(200)
    .describe('What you want to do, in a few words, for example "retry a failed run".'),
})
const CallInput = z.strictObject({
  name: z.string().describe('The name of the tool, from search_tools.'),
  arguments: z.record(z.string(), z.unknown()).default({}).describe('What its input schema asks for.'),
})

/** Finds tools that are not listed. */
const SEARCH: Tool = {
  name: 'search_tools',
  title: 'Find tools that are not listed',
  description:
    'Finds tools by words, also those that are not listed, with their descriptions and input schemas.',
  inputSchema: schemaOf(SearchInput),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
}
/** Calls tools that are not listed; it may be any of them, so it is announced as one that changes things. */
const CALL: Tool = {
  name: 'call_tool',
  title: 'Call a tool that is not listed',
  description:
    'Calls a tool that search_tools found. It may change or delete something; the description of that tool says what.',
  inputSchema: schemaOf(CallInput),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
}

/** A server of the Model Context Protocol for one request of one caller. */
export function createMcpServer(options: McpOptions): McpServer {
  const { tools, principal, choice, send } = options
  const usable = tools.filter(tool => mayUse(tool, principal))
  const byName = new Map(tools.map(tool => [tool.definition.name, tool]))
  const mcp = new McpServer(
    { name: 'millrace', title: 'Millrace', version: options.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  )
  mcp.server.setRequestHandler('tools/list', () => ({
    tools: [...chosenTools(usable, choice).map(({ definition }) => definition as Tool), SEARCH, CALL],
  }))
  const call = async (name: string, given: Record<string, unknown>): Promise<CallToolResult> => {
    const tool = byName.get(name)
    if (!tool) throw unknownTool(name)
    const request = requestOf(tool, given)
    if (request.unseen.length > 0) {
      const words = `${name} has no argument ${request.unseen.join(', ')}. Nothing was done.`
      return { isError: true, content: [{ type: 'text', text: words }] }
    }
    return send(request)
  }
  mcp.server.setRequestHandler('tools/call', async ({ params }) => {
    const given = params.arguments ?? {}
    if (params.name === SEARCH.name) {
      const { query } = checked(SearchInput, given)
      const found = foundTools(usable, query).map(({ definition }) => definition)
      return structured({ tools: found })
    }
    if (params.name !== CALL.name) return call(params.name, given)
    const inner = checked(CallInput, given)
    return call(inner.name, inner.arguments)
  })
  return mcp
}

function schemaOf(schema: z.ZodType): Tool['inputSchema'] {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' })
  return json as Tool['inputSchema']
}

function checked<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, z.prettifyError(parsed.error))
}

function unknownTool(name: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${name.slice(0, 100)}.`)
}
