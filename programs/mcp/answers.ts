/** What a route answered, as the result of a tool. */

import type { CallToolResult } from '@modelcontextprotocol/server'
import { Problem } from '#platform/contract/problem.ts'

/** Characters of an answer that a model can still use; what is longer is cut off with a note. */
const TEXT_MAX = 100_000
const KEPT_OF_LONG = 20_000

/** The result of a tool from an HTTP answer: the JSON as structured content and as text, or the problem in words. */
export function resultOf(status: number, text: string): CallToolResult {
  if (status >= 400) return problemResult(status, text)
  if (text === '') return { content: [{ type: 'text', text: 'Done.' }] }
  if (text.length > TEXT_MAX) {
    const note = `The answer has ${text.length} characters; this is its beginning. Ask for less, for example with a smaller limit.`
    return { content: [{ type: 'text', text: `${note}\n\n${text.slice(0, KEPT_OF_LONG)}` }] }
  }
  return structured(JSON.parse(text), text)
}

/** A result that programs read as an object and models as its text. */
export function structured(value: unknown, text = JSON.stringify(value)): CallToolResult {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return {
    content: [{ type: 'text', text }],
    structuredContent: (isObject ? value : { result: value }) as Record<string, unknown>,
  }
}

function problemResult(status: number, text: string): CallToolResult {
  const parsed = Problem.safeParse(parsedOr(text))
  if (!parsed.success) {
    return {
      isError: true,
      content: [{ type: 'text', text: `The server answered ${status} without an explanation.` }],
    }
  }
  const { title, detail, errors = [], requestId } = parsed.data
  const fields = errors.map(({ in: place, pointer, message }) => `- ${place} ${pointer}: ${message}`)
  const words = [[title, detail].filter(Boolean).join(' '), ...fields, `Request ${requestId}`]
  return {
    isError: true,
    content: [{ type: 'text', text: words.join('\n') }],
    structuredContent: { problem: parsed.data },
  }
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
