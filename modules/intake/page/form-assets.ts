import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { generalErrors } from '#platform/errors.ts'
import { Answer } from '#platform/http/handlers.ts'
import { brandSheet } from './form-brand.ts'

const TYPES: Readonly<Record<string, string>> = {
  'form.css': 'text/css; charset=utf-8',
  'form.js': 'text/javascript; charset=utf-8',
  'mark.svg': 'image/svg+xml',
}

const texts = new Map(Object.keys(TYPES).map(name => [name, textOf(name)]))

/** The script of the page begins with the rules that the server decides by. */
function textOf(name: string): string {
  const text = readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
  return name === 'form.js' ? `${textOf('form-rules.js').replaceAll(/^export /gm, '')}\n${text}` : text
}

/** The address of an asset with a mark of its content, so that it can be kept forever. */
export function assetUrl(name: keyof typeof TYPES): string {
  const mark = createHash('sha256')
    .update(texts.get(name) ?? '')
    .digest('base64url')
  return `/f/assets/${name}?v=${mark.slice(0, 12)}`
}

/** An asset of the form pages. Throws `request.not_found`. */
export function serveAsset(name: string): Answer {
  const sheet = brandSheet(name)
  const text = sheet ?? texts.get(name)
  const type = sheet !== null ? TYPES['form.css'] : Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (text === undefined || type === undefined) throw generalErrors.not_found()
  return new Answer(200, text, {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
  })
}
