import { contrast } from '#modules/iam/contract.ts'
import type { ContentProblem } from './content-problems.ts'
import type { FormTheme } from './form-settings.ts'

/** What WCAG 2.2 asks of text. */
const TEXT_CONTRAST = 4.5

/** The colors of the style sheets in which texts stand on the page itself; a test holds them together. */
export const PAGE_INKS = {
  light: { text: '#151a1b', 'text-2': '#545c5e', bad: '#c0312b' },
  dark: { text: '#e9ecec', 'text-2': '#a5adb0', bad: '#f0776d' },
} as const

const INK_NAMES: Readonly<Record<string, string>> = {
  text: 'The text',
  'text-2': 'The small text',
  bad: 'Messages',
}

/**
 * What could not be read in the colors of a theme. An accent color is always made to fit the page: darker or lighter for
 * text and lines, with black or white on it.
 */
export function themeProblems({ appearance, pageColor }: FormTheme): ContentProblem[] {
  if (pageColor === null) return []
  const path = ['theme', 'pageColor']
  if (appearance === 'auto') {
    return [{ path, message: 'Choose a light or a dark appearance for a page with a color of its own.' }]
  }
  return Object.entries(PAGE_INKS[appearance]).flatMap(([name, color]) => {
    const reached = contrast(color, pageColor)
    if (reached >= TEXT_CONTRAST) return []
    const way = appearance === 'light' ? 'lighter' : 'darker'
    const what = INK_NAMES[name] ?? name
    return [
      {
        path,
        message: `${what} could hardly be read on this color: the contrast is ${Math.floor(reached * 10) / 10} and has to be ${TEXT_CONTRAST}. Choose a ${way} one.`,
      },
    ]
  })
}
