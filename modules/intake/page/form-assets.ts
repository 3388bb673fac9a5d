import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { generalErrors } from '#platform/errors.ts'
import { Answer } from '#platform/http/handlers.ts'
import { brandSheet } from './form-brand.ts'

const STYLE = 'text/css; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'

/**
 * The scripts of the pages, each made of its files in this order: what one file imports stands in another one of the
 * same script. Together they stay under 60 kB; a test adds them up.
 */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'form.js': [
    'form-rules.js',
    'form-answers.js',
    'form-messages.js',
    'form-keeping.js',
    'form-server.js',
    'form-pages.js',
    'form-sending.js',
    'form.js',
  ],
  'files.js': ['files.js'],
  'progress.js': ['progress.js'],
  'partials.js': ['form-rules.js', 'form-answers.js', 'form-server.js', 'partials.js'],
  'proof.js': ['proof.js'],
  'frame.js': ['site-rules.js', 'frame.js'],
  'embed.js': ['embed.js'],
}

const IMPORTS = /^import [^;]*? from '[^']+'\n/gm

const COMMENT_LINES = /^ *(?:\/\/|\/\*|\*).*\n/gm

interface Asset {
  readonly text: string
  readonly type: string
}

const assets: ReadonlyMap<string, Asset> = new Map([
  ['form.css', { text: textOf('form.css'), type: STYLE }],
  ['form-dark.css', { text: textOf('form-dark.css'), type: STYLE }],
  ['mark.svg', { text: textOf('mark.svg'), type: 'image/svg+xml' }],
  ...Object.entries(SCRIPTS).map(([name, files]): [string, Asset] => [
    name,
    { text: scriptOf(files), type: SCRIPT },
  ]),
])

function textOf(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}

/**
 * One script of several files, closed in itself, so that scripts of one page do not know each other's names. What is
 * written for whoever reads the files does not travel.
 */
function scriptOf(files: readonly string[]): string {
  const texts = files.map(file =>
    textOf(file)
      .replaceAll(IMPORTS, '')
      .replaceAll(COMMENT_LINES, '')
      .replaceAll(/^export /gm, ''),
  )
  return `'use strict';(() => {\n${texts.join('\n')}})()\n`
}

/** The address of an asset with a mark of its content, so that it can be kept forever. */
export function assetUrl(name: string): string {
  const mark = createHash('sha256')
    .update(assets.get(name)?.text ?? '')
    .digest('base64url')
  return `/f/assets/${name}?v=${mark.slice(0, 12)}`
}

/** The names of all scripts that pages of forms load, and the one that others load. */
export const scriptNames: readonly string[] = Object.keys(SCRIPTS)

/** An asset of the form pages. Throws `request.not_found`. */
export function serveAsset(name: string): Answer {
  const sheet = brandSheet(name)
  const asset = sheet === null ? assets.get(name) : { text: sheet, type: STYLE }
  if (asset === undefined) throw generalErrors.not_found()
  return new Answer(200, asset.text, {
    'content-type': asset.type,
    'cache-control': 'public, max-age=31536000, immutable',
  })
}

/** The script that pages of other sites show a form with. Its address stays, so it is asked for again after an hour. */
export function serveEmbedScript(): Answer {
  return new Answer(200, assets.get('embed.js')?.text ?? '', {
    'content-type': SCRIPT,
    'cache-control': 'public, max-age=3600',
    'cross-origin-resource-policy': 'cross-origin',
  })
}
