/**
 * Templates such as `Hello {{ lead.name | default: "there" }}`: parsed once into plain data, checked at save,
 * rendered over plain data within a budget. The grammar is in template-parse.ts, the filters in
 * template-filters.ts. Nothing here evaluates code, and only TemplateError is ever thrown.
 */

import { type Path, readPath, utf8Length } from '#platform/contract/plain-data.ts'
import { type FilterEnvironment, FilterFailure, text, writeJson } from './template-filter.ts'
import { applyFilter } from './template-filters.ts'
import {
  parseParts,
  type Template,
  TemplateError,
  type TemplateErrorCode,
  type TemplateOutput,
  type TemplateProblem,
  type TemplateValue,
} from './template-parse.ts'

/**
 * How outputs are made safe for what surrounds them; the text outside {{ }} is never changed.
 * - `html`: & < > " ' become entities.
 * - `json`: escaped inside a JSON string, otherwise written as a whole JSON value.
 * - `url`: percent-encoded after the host, only host characters inside it, raw at the very start.
 */
export type TemplateEscape = 'none' | 'html' | 'json' | 'url'

export type TemplateOptions = {
  /** What an absent or null value does: fail with `missing_value`, or show as nothing. */
  readonly missing: 'error' | 'empty'
  readonly escape?: TemplateEscape
  /** Most bytes of UTF-8 the result may have. */
  readonly bytesMax?: number
  /** Most units of work: one an output, a filter, a list item or 256 characters. */
  readonly stepsMax?: number
  readonly locale?: string
  readonly timeZone?: string
}

export const TEMPLATE_BYTES_MAX = 256 * 1024
export const TEMPLATE_STEPS_MAX = 10_000
const PARSED_MAX = 500
const PARSED_LENGTH_MAX = 20_000

/** Recently parsed short templates; the loaded plans hold theirs, so this serves checks and previews. */
const parsed = new Map<string, Template>()

/** Parses a template. Throws the first TemplateError when it is not right. */
export function parseTemplate(source: string): Template {
  const known = parsed.get(source)
  if (known !== undefined) return known
  const { parts, problems } = parseParts(source)
  if (problems[0] !== undefined) throw problems[0]
  const template: Template = { source, parts }
  if (source.length <= PARSED_LENGTH_MAX) {
    if (parsed.size >= PARSED_MAX) parsed.clear()
    parsed.set(source, template)
  }
  return template
}

/** A template with everything wrong with it, read once; null for one that has problems. */
export function readTemplate(source: string): {
  readonly template: Template | null
  readonly problems: readonly TemplateProblem[]
} {
  const { parts, problems } = parseParts(source)
  return { template: problems.length === 0 ? { source, parts } : null, problems }
}

/** Everything wrong with a template that can be known before it runs, in order of position. */
export function checkTemplate(source: string): TemplateProblem[] {
  return parseParts(source).problems.map(({ code, message, line, column }) => ({
    code,
    message,
    line,
    column,
  }))
}

/** Every path the template may read, in order, repeated ones once. */
export function templatePaths(template: Template): Path[] {
  const paths = new Map<string, Path>()
  const add = (value: TemplateValue) => {
    if (value.kind === 'path') paths.set(JSON.stringify(value.path), value.path)
  }
  for (const part of template.parts) {
    if (typeof part === 'string') continue
    add(part.value)
    for (const filter of part.filters) filter.arguments.forEach(add)
  }
  return [...paths.values()]
}

/** The text of the template over the data. Throws TemplateError with the position of what failed. */
export function renderTemplate(template: Template, data: unknown, options: TemplateOptions): string {
  const only = template.parts.length === 1 ? template.parts[0] : undefined
  if (typeof only === 'string' && only.length * 3 <= (options.bytesMax ?? TEMPLATE_BYTES_MAX)) return only
  return new Rendering(template, data, options).text()
}

/**
 * The value of a template: when it is one output and nothing around it, the value keeps its type (a number
 * stays a number, a list a list; missing is null under `empty`). Otherwise its text. Throws TemplateError.
 */
export function evaluateTemplate(template: Template, data: unknown, options: TemplateOptions): unknown {
  const only = template.parts.length === 1 ? template.parts[0] : undefined
  if (only === undefined || typeof only === 'string') return renderTemplate(template, data, options)
  return new Rendering(template, data, options).value(only) ?? null
}

class Rendering implements FilterEnvironment {
  readonly locale: string
  readonly timeZone: string
  readonly lengthMax: number
  readonly #template: Template
  readonly #data: unknown
  readonly #options: TemplateOptions
  #steps: number
  #bytes: number
  #at = 0

  constructor(template: Template, data: unknown, options: TemplateOptions) {
    this.#template = template
    this.#data = data
    this.#options = options
    this.#steps = options.stepsMax ?? TEMPLATE_STEPS_MAX
    this.#bytes = options.bytesMax ?? TEMPLATE_BYTES_MAX
    this.lengthMax = this.#bytes
    this.locale = options.locale ?? 'en'
    this.timeZone = options.timeZone ?? 'UTC'
  }

  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) throw this.#error('too_many_steps', 'The template needs too much work.')
  }

  text(): string {
    let result = ''
    for (const part of this.#template.parts) {
      const piece = typeof part === 'string' ? part : this.#piece(part, result)
      this.#bytes -= utf8Length(piece)
      if (this.#bytes < 0) throw this.#error('too_large', `The text is larger than ${this.lengthMax} bytes.`)
      result += piece
    }
    return result
  }

  /** The value of one output after its filters; undefined when missing and that is allowed. */
  value(output: TemplateOutput): unknown {
    this.#at = output.at
    this.spend(1)
    let value = this.#read(output.value)
    for (const filter of output.filters) {
      this.#at = filter.at
      try {
        value = applyFilter(
          filter.name,
          value,
          filter.arguments.map(argument => this.#read(argument)),
          this,
        )
      } catch (error) {
        throw error instanceof FilterFailure ? this.#error(error.code, error.message) : error
      }
    }
    if (value !== undefined && value !== null) return value
    if (this.#options.missing === 'empty') return undefined
    this.#at = output.at
    const name = output.value.kind === 'path' ? output.value.text : 'null'
    throw this.#error('missing_value', `There is no value for ${name}. Use "| default" to allow that.`)
  }

  #piece(output: TemplateOutput, before: string): string {
    const value = this.value(output)
    try {
      return this.#escape(output, value, before)
    } catch (error) {
      throw error instanceof FilterFailure ? this.#error(error.code, error.message) : error
    }
  }

  #escape(output: TemplateOutput, value: unknown, before: string): string {
    switch (this.#options.escape) {
      case 'html':
        return escapeHtml(text(value, this))
      case 'json':
        if (output.inJsonString) return JSON.stringify(text(value, this)).slice(1, -1)
        // The json filter has written JSON already; writing it again would make a text of it.
        return output.filters.at(-1)?.name === 'json' ? text(value, this) : writeJson(value, this)
      case 'url':
        return output.filters.at(-1)?.name === 'url_encode'
          ? text(value, this)
          : escapeUrl(text(value, this), before)
      default:
        return text(value, this)
    }
  }

  #read(value: TemplateValue): unknown {
    return value.kind === 'literal' ? value.value : readPath(this.#data, value.path)
  }

  #error(code: TemplateErrorCode, message: string): TemplateError {
    return new TemplateError(code, message, this.#template.source, this.#at)
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(value: string): string {
  return /[&<>"']/.test(value) ? value.replace(/[&<>"']/g, character => ENTITIES[character] ?? '') : value
}

/**
 * What a value may become depends on where in the address it stands: a whole address may start with a value,
 * a host may be one, and after the host it can only be text.
 */
function escapeUrl(value: string, before: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]/i.test(before)) return encodeURIComponent(value.toWellFormed())
  if (before === '' || /^[\w.:-]*$/.test(value)) return value
  throw new FilterFailure(
    'bad_value',
    'A value inside the host of an address may hold only letters, digits, dots and dashes.',
  )
}
