/**
 * JSON as YAML 1.2 that people read and compare: every member on a line of its own, texts of several lines as they are,
 * everything in the order it was given. What any reader of YAML could take for something else is quoted.
 */

import { isPlainObject } from '#platform/contract/plain-data.ts'

/** How the members under these names are written: on one line, or with a blank line between them. */
export interface YamlLooks {
  readonly inline: ReadonlySet<string>
  readonly apart: ReadonlySet<string>
}

/** What older readers take for a truth value, or any for nothing. */
const WORDS = /^(yes|no|on|off|true|false|null)$/i
/** Words with single spaces between them that begin with a letter. */
const PLAIN = /^\p{L}[^\p{C}\p{Z}]*(?: [^\p{C}\p{Z}]+)*$/u
/** A key follows, or a comment. */
const MISLEADING = /:(?= |$)| #/
/** What does not show, or breaks lines for some. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const STEP = '  '

/** The text of an object, ending with a line break. */
export function yamlText(value: Readonly<Record<string, unknown>>, looks: YamlLooks): string {
  const lines: string[] = []
  writeMembers(value, '', lines, looks)
  return `${lines.join('\n')}\n`
}

function writeMembers(
  members: Readonly<Record<string, unknown>>,
  indent: string,
  lines: string[],
  looks: YamlLooks,
): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue
    const head = `${indent}${scalar(name)}:`
    if (looks.inline.has(name)) lines.push(`${head} ${inline(value)}`)
    else if (Array.isArray(value) && value.length > 0) {
      lines.push(head)
      writeItems(value, `${indent}${STEP}`, lines, { looks, areApart: looks.apart.has(name) })
    } else if (isPlainObject(value) && Object.keys(value).length > 0) {
      lines.push(head)
      writeMembers(value, `${indent}${STEP}`, lines, looks)
    } else writeScalar(head, value, `${indent}${STEP}`, lines)
  }
}

function writeItems(
  items: readonly unknown[],
  indent: string,
  lines: string[],
  { looks, areApart }: { looks: YamlLooks; areApart: boolean },
): void {
  items.forEach((item, index) => {
    if (areApart && index > 0) lines.push('')
    const inner: string[] = []
    const deeper = `${indent}${STEP}`
    if (Array.isArray(item) && item.length > 0) writeItems(item, deeper, inner, { looks, areApart: false })
    else if (isPlainObject(item) && Object.keys(item).length > 0) writeMembers(item, deeper, inner, looks)
    else {
      writeScalar(`${indent}-`, item, deeper, lines)
      return
    }
    // The first member stands beside the dash.
    const [first = '', ...rest] = inner
    lines.push(`${indent}- ${first.slice(deeper.length)}`)
    for (const line of rest) lines.push(line)
  })
}

function writeScalar(head: string, value: unknown, indent: string, lines: string[]): void {
  if (typeof value !== 'string' || !isBlock(value)) {
    lines.push(`${head} ${inline(value)}`)
    return
  }
  const isClosed = value.endsWith('\n')
  lines.push(`${head} ${isClosed ? '|' : '|-'}`)
  for (const line of (isClosed ? value.slice(0, -1) : value).split('\n'))
    lines.push(line === '' ? '' : indent + line)
}

/** Whether a text is kept as it is when it is written line by line. */
function isBlock(text: string): boolean {
  if (!text.includes('\n') || /^[\s]|\n\n$|[^\S\n](?=\n|$)/.test(text)) return false
  return !text.replaceAll('\n', '').match(HIDDEN)
}

function inline(value: unknown): string {
  if (typeof value === 'string') return scalar(value)
  if (!isPlainObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${scalar(name)}: ${JSON.stringify(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function scalar(text: string): string {
  const isPlain = PLAIN.test(text) && !MISLEADING.test(text) && !WORDS.test(text)
  return isPlain ? text : JSON.stringify(text).replace(HIDDEN, escaped)
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}
