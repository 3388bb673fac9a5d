/** What was typed, as the input of a route. */

import { readFileSync } from 'node:fs'
import type { RouteCommand, RouteOption } from './routes.ts'

/** What was typed cannot be understood; the program ends with code 2. */
export class UsageError extends Error {}

export interface GivenInput {
  params: Record<string, string>
  query: Record<string, unknown>
  body?: unknown
}

/**
 * Makes a route's input of arguments and options. `data` is a body as JSON, `@file` or `-` for standard input; options win
 * over its fields. Throws `UsageError`.
 */
export function inputOf(
  command: RouteCommand,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
): GivenInput {
  const params = Object.fromEntries(command.params.map((name, at) => [name, args[at] ?? '']))
  const fields = (place: RouteOption['place']) =>
    Object.fromEntries(
      command.options
        .filter(option => option.place === place && options[keyOf(option.flag)] !== undefined)
        .map(option => [option.field, fieldOf(option, options[keyOf(option.flag)])]),
    )
  const query = fields('query')
  if (!command.route.body) return { params, query }
  const data = typeof options.data === 'string' ? readData(options.data) : undefined
  const typed = fields('body')
  if (data !== undefined && (typeof data !== 'object' || data === null || Array.isArray(data))) {
    if (Object.keys(typed).length > 0)
      throw new UsageError('Options and --data that is no object do not go together.')
    return { params, query, body: data }
  }
  return { params, query, body: { ...data, ...typed } }
}

/** How commander calls the value of a flag. */
function keyOf(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function readData(text: string): unknown {
  const json = text === '-' ? readFileSync(0, 'utf8') : text.startsWith('@') ? readNamed(text.slice(1)) : text
  return parsed('--data', json)
}

function readNamed(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`The file ${path} cannot be read.`)
  }
}

function fieldOf(option: RouteOption, given: unknown): unknown {
  if (option.kind === 'list') return Array.isArray(given) ? given : [given]
  const text = String(given)
  switch (option.kind) {
    case 'text':
      return text
    case 'number': {
      const number = Number(text)
      if (text.trim() === '' || Number.isNaN(number))
        throw new UsageError(`--${option.flag} must be a number.`)
      return number
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw new UsageError(`--${option.flag} must be true or false.`)
      return text === 'true'
    case 'json':
      // A field that takes a text or something else: what is no JSON is the text itself.
      return /^\s*(["[{\d-]|true$|false$|null$)/.test(text) ? parsed(`--${option.flag}`, text) : text
  }
}

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${what} is not JSON.`)
  }
}
