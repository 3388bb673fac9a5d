import type { PublicBranding } from '#modules/iam/contract.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { missingWords } from '../answers.ts'
import { isCalendarDate } from '../calendar-date.ts'
import type { FormWords } from '../definition/words/form-words.ts'
import { filled, wordsIn } from '../definition/words/languages.ts'
import { ANSWER_MAX, type FormField, type ShownField } from '../form-definition.ts'
import { partialWords } from '../partials/partial-words.ts'
import { partialsSentence } from '../partials/partials.ts'
import type { PublishedForm } from '../published-forms.ts'
import type { CaptchaWidget } from '../spam/captcha.ts'
import { type FilesShown, fileControl, fileHelp } from './file-control.ts'
import { assetUrl } from './form-assets.ts'
import { type Html, html } from './html.ts'
import { linked } from './linked-text.ts'
import { scriptWords, wordsForScript } from './script-words.ts'
import { colorSchemes, styleSheets } from './style-sheets.ts'

/** Hidden fields of the page. Keys of fields begin with a letter, so they never meet. */
export const TOKEN_FIELD = '_token'
export const TRAP_FIELD = '_website'
/** Where a form on a page of one's own leads after sending. */
export const NEXT_FIELD = '_next'

export interface FormPage {
  readonly form: PublishedForm
  readonly brand: PublicBranding | null
  readonly token: string
  /** What was typed, to be kept. */
  readonly values: Readonly<Record<string, string>>
  readonly problems: readonly FieldProblem[]
  /** The widget of the captcha that the form has. */
  readonly captcha: CaptchaWidget | null
  /** The names of files that are attached already, by their handles. */
  readonly attached?: ReadonlyMap<string, string>
  /** Set when the answers were kept before, and agreed to be kept. */
  readonly isContinued?: boolean
  /** What the address of the page ends with to go on with what it keeps. Only for pages whose submission nobody else has. */
  readonly continueSearch?: string
  /** The page of an allowed site that it leads to after sending, where the post said so; the form's own `redirectUrl` is the same. */
  readonly next?: string | null | undefined
  /** What went wrong with the form as a whole. */
  readonly notice?: string | undefined
  /** Set for a page that only shows what a form would be like: it sends nothing, keeps nothing and counts nothing. */
  readonly isPreview?: boolean | undefined
}

/** Where a browser goes after sending: the page that the form names, else its own page of thanks. */
export function afterSending({ key, redirectUrl }: PublishedForm): string {
  return (redirectUrl === null ? null : URL.parse(redirectUrl)?.href) ?? `/f/${key}/thanks`
}

/** The page of a form. It works without its script, which only saves the way to another page. */
export function renderFormPage(page: FormPage): string {
  const { form, values } = page
  const messages = new Map(page.problems.map(({ pointer, message }) => [pointer, message]))
  const messageOf = (field: FormField) => messages.get(`/answers/${field.key}`)
  const firstWrong = form.fields.find(messageOf)
  const words = wordsIn(form.language)
  const files = { form, attached: page.attached ?? new Map<string, string>() }
  const fieldsOn = (page: number | null) =>
    form.fields
      .filter(field => page === null || field.page === page)
      .map(field =>
        renderField(field, {
          words,
          value: values[field.key] ?? '',
          message: messageOf(field),
          isFocused: field === firstWrong,
          files,
        }),
      )
  return renderPage(
    form.title,
    html`<h1>${form.title}</h1>
${paragraphs(form.intro, 'intro')}
<form method="post" action="/f/${form.key}${takesFiles(form) && html`/files" enctype="multipart/form-data`}" novalidate data-key="${page.isPreview ? newId() : form.key}" data-words="${JSON.stringify(wordsForScript(form.language))}"
 ${page.isPreview ? html`data-endpoint data-preview` : addressesOf(form)}${
   form.keepsPartials &&
   html` data-partial="/f/${form.key}/partial" data-partial-words="${JSON.stringify(partialWords(form.language))}"`
 }${page.captcha && html` data-captcha="${page.captcha.answerField}"`}>
<p class="notice" role="status"${!summaryOf(page) && html` hidden`}>${summaryOf(page)}</p>
<input type="hidden" name="${TOKEN_FIELD}" value="${page.token}">${page.next && html`<input type="hidden" name="${NEXT_FIELD}" value="${page.next}">`}
<div class="away" aria-hidden="true"><label>${words.leaveEmpty} <input type="text" name="${TRAP_FIELD}" tabindex="-1" autocomplete="off"></label></div>
${form.keepsPartials && keepingTick(page)}${form.pages.length === 0 && fieldsOn(null)}${form.pages.map(
  ({ title, text }, number) => html`<section class="part" data-page="${number}" aria-labelledby="p-${number}">
<h2 id="p-${number}">${title}</h2>
${paragraphs(text, 'intro')}${fieldsOn(number)}</section>
`,
)}${
  page.captcha &&
  html`<div class="field ${page.captcha.widgetClass}" data-sitekey="${page.captcha.siteKey}"></div>
`
}<button type="submit">${form.submitLabel}</button>
</form>`,
    { script: true, brand: page.brand, form, captcha: page.captcha, isPreview: page.isPreview },
  )
}

function takesFiles(form: PublishedForm): boolean {
  return form.fields.some(({ type }) => type === 'FILE')
}

/** Where the script of a page finds what it needs. */
function addressesOf(form: PublishedForm): Html {
  const { key } = form
  return html`data-endpoint="/v1/public/forms/${key}/submissions" data-checks="/v1/public/forms/${key}/checks"
 data-definition="/v1/public/forms/${key}" data-thanks="${afterSending(form)}" data-progress="/f/${key}/progress"`
}

/** Without its script a page keeps nothing, so only that shows the tick. */
function keepingTick({
  form,
  token,
  isContinued = false,
  continueSearch,
  isPreview = false,
}: FormPage): Html {
  return html`<div class="field keeps" data-keeps${isContinued && html` data-token="${token}"`}${
    continueSearch !== undefined && html` data-continue="${continueSearch}"`
  }${!isPreview && html` hidden`}>
<label class="check"><input type="checkbox" id="keep-answers"${isContinued && html` checked`}><span>${partialsSentence(form)}</span></label>
</div>
`
}

/** The page after sending. It says the same to everybody, whether their address was known or not. */
export function renderThanksPage(form: PublishedForm, brand: PublicBranding | null): string {
  return renderPage(
    form.thankYouTitle,
    html`<svg class="done" viewBox="0 0 24 24" width="40" height="40" aria-hidden="true"><circle cx="12" cy="12" r="10.5"/><path d="M7.5 12.5l3 3 6-6.5"/></svg>
<h1>${form.thankYouTitle}</h1>
${paragraphs(form.thankYouText, 'intro')}`,
    { brand, form },
  )
}

/** A page that only says something, for a form that cannot be filled in. */
export function renderMessagePage(title: string, text: string, form: PublishedForm | null = null): string {
  return renderPage(title, html`<h1>${title}</h1>${paragraphs(text, 'intro')}`, { form })
}

function renderPage(
  title: string,
  content: Html,
  {
    script = false,
    brand = null,
    form = null,
    captcha = null,
    isPreview = false,
  }: {
    script?: boolean
    brand?: PublicBranding | null
    form?: PublishedForm | null
    captcha?: CaptchaWidget | null | undefined
    isPreview?: boolean | undefined
  } = {},
): string {
  const hosts = (!isPreview && form?.embed.allowedHosts) || []
  return html`<!doctype html>
<html lang="${form?.language ?? 'en'}"${hosts.length > 0 && html` data-form="${form?.key}" data-hosts="${JSON.stringify(hosts)}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${colorSchemes(form?.theme)}">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${assetUrl('mark.svg')}">
${styleSheets(form?.theme, brand?.accentColor ?? null)}${
  hosts.length > 0 &&
  html`<script src="${assetUrl('frame.js')}" defer></script>
`
}${
  script &&
  isPreview &&
  html`<script src="${assetUrl('form.js')}" defer></script>
`
}${
  script &&
  !isPreview &&
  html`<script src="${assetUrl('proof.js')}" defer></script>
${
  captcha &&
  html`<script src="${captcha.scriptUrl}" async></script>
`
}${
  form &&
  takesFiles(form) &&
  html`<script src="${assetUrl('files.js')}" defer></script>
`
}<script src="${assetUrl('form.js')}" defer></script>
<script src="${assetUrl('progress.js')}" defer></script>
${
  form?.keepsPartials &&
  html`<script src="${assetUrl('partials.js')}" defer></script>
`
}`
}</head>
<body>
<main>
${
  brand?.logoUrl != null &&
  html`<img class="logo" src="${brand.logoUrl}" alt="${brand.name}">
`
}${content}
</main>
${
  brand?.logoUrl == null &&
  html`<footer><img src="${assetUrl('mark.svg')}" width="16" height="16" alt=""> ${wordsIn(form?.language ?? 'en').madeWith}</footer>
`
}</body>
</html>
`.text
}

function summaryOf({ form, problems, notice }: FormPage): string {
  if (notice !== undefined) return notice
  if (problems.length === 0) return ''
  const shown = problems.filter(({ pointer }) =>
    form.fields.some(field => pointer === `/answers/${field.key}`),
  )
  if (shown.length === 0) return wordsIn(form.language).notAsked
  const { oneWrong, severalWrong } = scriptWords[form.language]
  return shown.length === 1 ? oneWrong : filled(severalWrong, { count: shown.length })
}

function paragraphs(text: string, className: string): Html[] {
  return text
    .split(/\n\s*\n/)
    .filter(part => part.trim() !== '')
    .map(part => html`<p class="${className}">${part.trim()}</p>\n`)
}

interface Shown {
  readonly files: FilesShown
  readonly words: FormWords
  readonly value: string
  readonly message: string | undefined
  readonly isFocused: boolean
}

function renderField(asked: FormField, shown: Shown): Html {
  const field = asked.type === 'FILE' ? { ...asked, help: fileHelp(asked, shown.files) } : asked
  if (field.type === 'HIDDEN') {
    return html`<div data-field="${field.key}" data-type="HIDDEN" hidden><input type="hidden" name="${field.key}" value="${shown.value}"></div>
`
  }
  const error = html`<p class="error" id="e-${field.key}"${shown.message === undefined && html` hidden`}>${shown.message}</p>`
  const help = field.help !== '' && html`<p class="help" id="h-${field.key}">${field.help}</p>`
  if (field.type === 'CHECKBOX' || field.type === 'CONSENT') {
    const isTicked = shown.value === 'true' || shown.value === 'on'
    const words = field.type === 'CONSENT' ? linked(field.text) : field.label
    return html`<div class="field" ${place(field, shown.words)}>
<label class="check"><input type="checkbox" value="true"${isTicked && html` checked`} ${common(field, shown)}><span>${words}${optional(field, shown.words)}</span></label>
${help}${applies(field, shown.words)}${error}
</div>
`
  }
  if (field.type === 'MULTI_SELECT') {
    return html`<fieldset class="field" ${place(field, shown.words)}${describedBy(field, shown)}>
<legend>${field.label}${optional(field, shown.words)}</legend>
${help}${applies(field, shown.words)}${choices(field, shown)}${error}
</fieldset>
`
  }
  return html`<div class="field" ${place(field, shown.words)}>
<label for="f-${field.key}">${field.label}${optional(field, shown.words)}</label>
${help}${applies(field, shown.words)}${control(field, shown)}
${error}
</div>
`
}

function optional(field: FormField, words: FormWords): Html | false {
  const isTick = field.type === 'CHECKBOX' || field.type === 'CONSENT'
  return !field.required && !isTick && html` <span class="optional">${words.optional}</span>`
}

/** What the script finds a field by, and by what it is shown. */
function place(field: FormField, words: FormWords): Html {
  const { visibleWhen }: ShownField = field
  return html`data-field="${field.key}" data-type="${field.type}"${
    field.required && html` data-missing="${missingWords(field, words)}"`
  }${visibleWhen !== undefined && html` data-when="${JSON.stringify(visibleWhen)}"`}`
}

/** Without a script every field is shown, so the page says which of them may not concern the reader. */
function applies({ visibleWhen }: ShownField, words: FormWords): Html | false {
  return visibleWhen !== undefined && html`<noscript><p class="help">${words.ifItApplies}</p></noscript>`
}

function describedBy(field: FormField, { message }: Shown): Html | false {
  const described = [
    field.help === '' ? '' : `h-${field.key}`,
    message === undefined ? '' : `e-${field.key}`,
  ].filter(Boolean)
  return described.length > 0 && html` aria-describedby="${described.join(' ')}"`
}

/** The attributes every control has. `autofocus` brings a reader to the first wrong answer without a script. */
function common(field: FormField, shown: Shown): Html {
  return html`id="f-${field.key}" name="${field.key}"${[
    field.required && html` required`,
    describedBy(field, shown),
    shown.message !== undefined && html` aria-invalid="true"`,
    shown.isFocused && html` autofocus`,
  ]}`
}

function choices(
  field: Extract<FormField, { type: 'MULTI_SELECT' }>,
  { value, message, isFocused }: Shown,
): Html[] {
  const chosen = new Set(value.split('\n'))
  return field.options.map(
    (option, index) =>
      html`<label class="check"><input type="checkbox" id="f-${field.key}${index > 0 && `-${index}`}" name="${field.key}" value="${option}"${[
        chosen.has(option) && html` checked`,
        message !== undefined && html` aria-invalid="true"`,
        isFocused && index === 0 && html` autofocus`,
      ]}><span>${option}</span></label>
`,
  )
}

function control(field: FormField, shown: Shown): Html {
  const { value } = shown
  switch (field.type) {
    case 'DROPDOWN':
      return html`<select ${common(field, shown)}><option value="">${shown.words.choose}</option>${field.options.map(
        option => html`<option value="${option}"${option === value && html` selected`}>${option}</option>`,
      )}</select>`
    case 'DATE': {
      // A date control would drop what is no date; a text control keeps it to be corrected.
      const type = value === '' || isCalendarDate(value) ? 'date' : 'text'
      const { min, max } = field.validation
      return html`<input type="${type}" value="${value}"${min !== undefined && html` min="${min}"`}${
        max !== undefined && html` max="${max}"`
      } ${common(field, shown)}>`
    }
    case 'NUMBER':
      return html`<input type="text" inputmode="${field.validation.integer ? 'numeric' : 'decimal'}" value="${value}" autocomplete="off" ${common(field, shown)}>`
    case 'EMAIL':
      return html`<input type="email" value="${value}" maxlength="254" autocomplete="email" ${common(field, shown)}>`
    case 'PHONE':
      return html`<input type="tel" value="${value}" maxlength="60" autocomplete="tel" ${common(field, shown)}>`
    case 'URL':
      return html`<input type="text" inputmode="url" value="${value}" maxlength="2000" autocomplete="url" autocapitalize="none" spellcheck="false" ${common(field, shown)}>`
    case 'LONG_TEXT':
      return lines(field, field.validation.maxLength ?? ANSWER_MAX, shown)
    case 'TEXT': {
      const max = field.validation.maxLength ?? ANSWER_MAX
      if (field.validation.multiline) return lines(field, max, shown)
      return html`<input type="text" value="${value}" maxlength="${max}"${autocomplete(field.key)} ${common(field, shown)}>`
    }
    case 'FILE':
      return fileControl(field, common(field, shown), value, shown.files)
    case 'MULTI_SELECT':
    case 'CHECKBOX':
    case 'CONSENT':
    case 'HIDDEN':
      return html``
  }
}

/** The first line break after the tag is not part of the text. */
function lines(field: FormField, max: number, shown: Shown): Html {
  return html`<textarea rows="5" maxlength="${max}" ${common(field, shown)}>\n${shown.value}</textarea>`
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  name: 'name',
  full_name: 'name',
  first_name: 'given-name',
  last_name: 'family-name',
  phone: 'tel',
  company: 'organization',
  city: 'address-level2',
  country: 'country-name',
}

function autocomplete(key: string): Html | false {
  const word = Object.hasOwn(AUTOCOMPLETE, key) && AUTOCOMPLETE[key]
  return word !== undefined && word !== false && html` autocomplete="${word}"`
}
