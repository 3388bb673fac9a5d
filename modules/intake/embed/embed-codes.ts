import type { FieldType, Form, ShownField } from '../form-definition.ts'
import { type Html, html } from '../page/html.ts'
import { linked } from '../page/linked-text.ts'

/** Ways to put a form into a page of one's own, as text to copy into it. */
export interface EmbedCodes {
  /** Shows the hosted page where it stands, as high as it is. */
  readonly script: string
  /** The same for places that take no script; with the script it becomes as high as the form. */
  readonly iframe: string
  /** A form of plain HTML that looks as one likes. */
  readonly html: string
}

/** What the code of a field needs of it; one that is not finished may lack its options. */
interface CodedField extends ShownField {
  readonly label: string
  readonly required?: boolean | undefined
  /** Of a consent. */
  readonly text?: string | undefined
}

interface CodedForm extends Pick<Form, 'url' | 'key' | 'title' | 'submitLabel'> {
  readonly fields: readonly CodedField[]
}

/** The codes of a form by its address, which may be one of the organization's own host names. */
export function embedCodes(form: CodedForm): EmbedCodes {
  const { url, key, title } = form
  const source = new URL('/f/embed.js', url).href
  return {
    script: html`<script async src="${source}" data-form="${key}" data-title="${title}"></script>`.text,
    iframe:
      html`<iframe src="${url}" title="${title}" data-millrace-form="${key}" style="width:100%;height:600px;border:0"></iframe>
<script async src="${source}"></script>`.text,
    html: html`<form method="post" action="${url}">
${form.fields.map(plainField)}  <p style="position:absolute;left:-9999px" aria-hidden="true"><input name="_website" tabindex="-1" autocomplete="off"></p>
  <button>${form.submitLabel || 'Send'}</button>
</form>`.text,
  }
}

const TYPES: Readonly<Partial<Record<FieldType, string>>> = {
  EMAIL: 'email',
  PHONE: 'tel',
  DATE: 'date',
  NUMBER: 'number',
}

/** One field of a form of plain HTML. The server checks everything, so only what a browser knows by itself is in it. */
function plainField({
  type,
  key,
  label,
  required,
  text,
  visibleWhen,
  prefill,
  options = [],
}: CodedField): Html {
  // A browser would ask for it of everybody.
  const must = required && visibleWhen === undefined && html` required`
  switch (type) {
    case 'HIDDEN':
      return html`  <input type="hidden" name="${key}" value="${prefill?.value ?? ''}">
`
    case 'CHECKBOX':
      return html`  <p><label><input type="checkbox" name="${key}" value="true"${must}> ${label}</label></p>
`
    case 'CONSENT':
      return html`  <p><label><input type="checkbox" name="${key}" value="true"${must}> ${linked(text ?? label)}</label></p>
`
    case 'DROPDOWN':
      return html`  <p><label>${label} <select name="${key}"${must}><option value=""></option>${options.map(option => html`<option>${option}</option>`)}</select></label></p>
`
    case 'MULTI_SELECT':
      return html`  <fieldset><legend>${label}</legend>${options.map(option => html` <label><input type="checkbox" name="${key}" value="${option}"> ${option}</label>`)}</fieldset>
`
    case 'LONG_TEXT':
      return html`  <p><label>${label} <textarea name="${key}"${must}></textarea></label></p>
`
    case 'FILE':
      // Files are taken in on the page of the form only.
      return html``
    default:
      return html`  <p><label>${label} <input type="${TYPES[type] ?? 'text'}" name="${key}"${must}></label></p>
`
  }
}
