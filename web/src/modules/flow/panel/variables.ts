import { parseTemplate, renderTemplate, TemplateError } from '#modules/flow/contract.ts'

export type Preview =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: string }

const PREVIEW_LENGTH_MAX = 400

/** What a template gives with the samples; undefined when it holds nothing to fill in, or is still being written. */
export function previewOf(source: string, scope: Record<string, unknown>): Preview | undefined {
  if (!source.includes('{{')) return undefined
  try {
    const template = parseTemplate(source)
    if (template.parts.every(part => typeof part === 'string')) return undefined
    const text = renderTemplate(template, scope, { missing: 'empty', bytesMax: 64_000, stepsMax: 5_000 })
    return { text: text.length > PREVIEW_LENGTH_MAX ? `${text.slice(0, PREVIEW_LENGTH_MAX)}…` : text }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    // What is wrong with the writing itself is said as an error of the setting.
    return ['bad_value', 'too_large', 'too_many_steps'].includes(error.code)
      ? { problem: error.message }
      : undefined
  }
}

/** A sample in a few words. */
export function sampleWords(sample: unknown): string {
  if (sample === undefined) return ''
  if (sample === null || sample === '') return 'empty'
  const text = typeof sample === 'string' ? sample : (JSON.stringify(sample) ?? '')
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

/** Those that fit what is typed, the closest first: every word has to stand in the path or the title. */
export function matching<Item extends { readonly path: string; readonly title: string }>(
  items: readonly Item[],
  query: string,
  most = 60,
): Item[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return items.slice(0, most)
  const words = wanted.split(/[\s._]+/).filter(Boolean)
  return items
    .flatMap(item => {
      const path = item.path.toLowerCase()
      const text = `${path.replaceAll(/[._]/g, ' ')} ${item.title.toLowerCase()}`
      if (!words.every(word => text.includes(word))) return []
      const rank = path.startsWith(wanted)
        ? 0
        : text.includes(` ${words[0]}`) || text.startsWith(words[0] ?? '')
          ? 1
          : 2
      return [{ item, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ item }) => item)
}
