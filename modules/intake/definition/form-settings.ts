import { z } from 'zod'
import { line } from '#platform/contract/fields.ts'

/** The languages in which a page says by itself what it has to say. */
export const FormLanguage = z.enum(['en', 'fr', 'de', 'es', 'it', 'nl', 'pt'])
export type FormLanguage = z.output<typeof FormLanguage>

export const FormPart = z.strictObject({
  title: line(),
  text: z.string().trim().max(2000).default(''),
})
export type FormPart = z.output<typeof FormPart>

export const PARTS_MAX = 20

const Color = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'Use a color like #0b6b6b.')
  .nullable()
  .default(null)

export const FormTheme = z
  .strictObject({
    appearance: z
      .enum(['auto', 'light', 'dark'])
      .default('auto')
      .describe("`auto` follows the visitor's system."),
    accentColor: Color.describe("Buttons, links and focus; null is the organization's own color."),
    pageColor: Color.describe(
      'The ground of the page, to go with the site it is shown in; it needs the appearance `light` or `dark`.',
    ),
  })
  .meta({ id: 'FormTheme' })
export type FormTheme = z.output<typeof FormTheme>

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** A host with or without a port; under `*.` a domain of two parts at least. */
const HOST = new RegExp(`^(?:(?:${LABEL}\\.)*${LABEL}|\\*\\.(?:${LABEL}\\.)+${LABEL})(?::\\d{1,5})?$`)

export const FormEmbed = z
  .strictObject({
    allowedHosts: z
      .array(
        z
          .string()
          .trim()
          .toLowerCase()
          .max(253)
          .regex(HOST, 'Use a host like www.example.com or *.example.com, without https://.'),
      )
      .max(50)
      .refine(hosts => new Set(hosts).size === hosts.length, 'A host is listed twice.')
      .default([])
      .describe(
        'Whose pages may show the form. `*.example.com` is every host below it, not example.com itself.',
      ),
  })
  .meta({ id: 'FormEmbed' })
export type FormEmbed = z.output<typeof FormEmbed>

/**
 * What a form is beside its words and questions. It is kept as it is written here, so a setting that is added needs a
 * default and nothing else.
 */
export const formSettings = {
  language: FormLanguage.default('en').describe(
    'Of all that the page says by itself. The words of the form are as they are written.',
  ),
  pages: z
    .array(FormPart)
    .max(PARTS_MAX)
    .default([])
    .describe('Its parts, one after the other; empty is a single page. Each field names its part.'),
  theme: FormTheme.default({ appearance: 'auto', accentColor: null, pageColor: null }),
  embed: FormEmbed.default({ allowedHosts: [] }),
  keepsPartials: z
    .boolean()
    .default(false)
    .describe('Whether visitors may agree that answers are kept before the form is sent.'),
  partialsText: z
    .string()
    .trim()
    .max(500)
    .default('')
    .describe("What they agree to with that; empty is the page's own sentence."),
}
export const FormSettings = z.object(formSettings)
export type FormSettings = z.output<typeof FormSettings>
