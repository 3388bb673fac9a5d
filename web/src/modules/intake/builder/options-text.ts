/** How many options a field may have, and how long one may be, in characters. */
export const OPTIONS_MAX = 200
const OPTION_LENGTH_MAX = 200

/** What was typed or pasted as options, an option a line: without blank lines and without any twice. */
export function optionsIn(text: string): string[] {
  const lines = text.split(/\r\n?|\n/).map(line =>
    line
      .replace(/^\s*[-*•–]\s+/, '')
      .trim()
      .slice(0, OPTION_LENGTH_MAX),
  )
  return [...new Set(lines.filter(line => line !== ''))].slice(0, OPTIONS_MAX)
}

/** Options with what was pasted put in at a place, replacing the one that stood there. */
export function withPasted(options: readonly string[], index: number, text: string): string[] {
  const others = options.filter((_, at) => at !== index)
  const pasted = optionsIn(text).filter(option => !others.includes(option))
  return others.toSpliced(index, 0, ...pasted).slice(0, OPTIONS_MAX)
}
