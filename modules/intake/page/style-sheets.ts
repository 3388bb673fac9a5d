import type { FormTheme } from '../definition/form-settings.ts'
import { assetUrl } from './form-assets.ts'
import { brandSheetUrl } from './form-brand.ts'
import { type Html, html } from './html.ts'

/** The accent color where neither form nor organization has one, for a page whose ground has its own color. */
const ACCENT = '#0b6b6b'

/**
 * The style sheets of a page: its own, that of the dark theme where it can be dark, and those of its colors, which go before the
 * organization's.
 */
export function styleSheets(theme: FormTheme | undefined, brandColor: string | null): Html {
  const { appearance = 'auto', accentColor = null, pageColor = null } = theme ?? {}
  const accent = accentColor ?? brandColor ?? (pageColor === null ? null : ACCENT)
  const isNever = { light: appearance === 'dark', dark: appearance === 'light' }
  const media = appearance === 'auto' && html` media="(prefers-color-scheme: dark)"`
  const sheetOf = (side: 'light' | 'dark') =>
    accent !== null &&
    !isNever[side] &&
    html`<link rel="stylesheet" href="${brandSheetUrl(accent, pageColor, side)}"${side === 'dark' && media}>
`
  return html`<link rel="stylesheet" href="${assetUrl('form.css')}">
${
  !isNever.dark &&
  html`<link rel="stylesheet" href="${assetUrl('form-dark.css')}"${media}>
`
}${sheetOf('light')}${sheetOf('dark')}`
}

/** The themes in which the browser draws what it draws by itself. */
export function colorSchemes(theme: FormTheme | undefined): string {
  const { appearance = 'auto' } = theme ?? {}
  return appearance === 'auto' ? 'light dark' : appearance
}
