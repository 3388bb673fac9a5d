import { filled } from '../definition/words/languages.ts'
import type { PublishedForm } from '../published-forms.ts'
import { acceptOf } from '../uploads/file-rules.ts'
import { uploadWords } from '../uploads/upload-words.ts'
import type { FileField } from '../uploads/uploads.ts'
import { type Html, html } from './html.ts'

/** What a control for files has to know beside its field. */
export interface FilesShown {
  readonly form: PublishedForm
  /** The names of the files that are attached already, by their handles. */
  readonly attached: ReadonlyMap<string, string>
}

/** The help of a field with what files it takes. */
export function fileHelp(field: FileField, { form }: FilesShown): string {
  const { maxFiles: count, maxMegabytes: megabytes } = field.validation
  const { limit, limits } = uploadWords[form.language]
  return `${field.help} ${filled(count === 1 ? limit : limits, { count, megabytes })}`.trim()
}

/**
 * What is attached, each with a tick that keeps it, and a control to attach more. The script uploads what is chosen at once; without it
 * the files go along with the form.
 */
export function fileControl(
  field: FileField,
  attributes: Html,
  value: string,
  { form, attached }: FilesShown,
): Html {
  const words = uploadWords[form.language]
  const { maxFiles, maxMegabytes, kinds } = field.validation
  const kept = value.split('\n').filter(handle => attached.has(handle))
  return html`<ul class="files"${kept.length === 0 && html` hidden`}>${kept.map(
    handle =>
      html`<li><label class="check"><input type="checkbox" name="${field.key}" value="${handle}" checked><span>${filled(words.keep, { name: attached.get(handle) ?? '' })}</span></label></li>`,
  )}</ul>
<input type="file"${maxFiles > 1 && html` multiple`} accept="${acceptOf(kinds)}" data-upload="/v1/public/forms/${form.key}/uploads" data-most="${maxFiles}" data-megabytes="${maxMegabytes}" data-upload-words="${JSON.stringify(words)}" ${attributes}>`
}
