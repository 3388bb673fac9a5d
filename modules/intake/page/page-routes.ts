import type { FieldProblem } from '#platform/contract/problem.ts'
import { type AppError, generalErrors } from '#platform/errors.ts'
import {
  Answer,
  type Http,
  type Implemented,
  type IncomingBody,
  implementPublic,
} from '#platform/http/handlers.ts'
import { appErrorOf } from '#platform/http/problems.ts'
import { messageOf } from '#platform/log.ts'
import { sourceOfAddress } from '../analytics/showing-source.ts'
import { discountPage } from '../analytics/showings.ts'
import { getFormAsset, postFormPage, showFormPage, showThanksPage } from '../contract.ts'
import { wordsIn, wordsOfProblem } from '../definition/words/languages.ts'
import { isAllowedSite } from '../embed/allowed-sites.ts'
import { knownAnswers, nextPage, plainSubmissionId } from '../embed/plain-posts.ts'
import { checkFormToken, issueFormToken } from '../form-token.ts'
import { continueSearch } from '../partials/continue-key.ts'
import { partialWords } from '../partials/partial-words.ts'
import { findKeptAnswers } from '../partials/partials.ts'
import { CONTINUE_PARAMETER } from '../partials/partials-api.ts'
import { currentForm, openForm, type PublishedForm } from '../published-forms.ts'
import { type CaptchaWidget, widgetOf } from '../spam/captcha.ts'
import { mannerOfPost } from '../spam/manner.ts'
import { submitForm } from '../submissions.ts'
import { readFormWithFiles } from '../uploads/form-with-files.ts'
import { namesOfUploads } from '../uploads/uploads.ts'
import { takeVisit } from '../visits.ts'
import { serveAsset } from './form-assets.ts'
import { brandOf } from './form-brand.ts'
import {
  afterSending,
  type FormPage,
  NEXT_FIELD,
  renderFormPage,
  renderMessagePage,
  renderThanksPage,
  TOKEN_FIELD,
  TRAP_FIELD,
} from './form-page.ts'
import { prefilled } from './prefill.ts'

/** Nothing from anywhere else, nothing inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'"

/**
 * Only the hosts that a form allows may show it in a frame. Browsers hold the page that an answer to a form leads to
 * against the rule for where it may be sent.
 */
function policyOf(form: PublishedForm | null, captcha: CaptchaWidget | null): string {
  const rules = captcha ? withSources(captcha.sources) : POLICY
  const { origin = '' } = URL.parse(form?.redirectUrl ?? '') ?? {}
  const hosts = form?.embed.allowedHosts ?? []
  return `${rules}; frame-ancestors ${hosts.join(' ') || "'none'"}; form-action 'self' ${origin}`.trimEnd()
}

/** With what the widget of a captcha takes from elsewhere. */
function withSources(sources: string): string {
  const open = POLICY.replace(/(script-src|style-src|connect-src) 'self'/g, `$1 'self' ${sources}`)
  return `${open}; frame-src ${sources}`
}

function page(
  text: string,
  {
    status = 200,
    form = null,
    captcha = null,
    headers = {},
  }: {
    status?: number
    form?: PublishedForm | null
    captcha?: CaptchaWidget | null
    headers?: Record<string, string>
  } = {},
): Answer {
  return new Answer(status, text, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policyOf(form, captcha),
    ...headers,
  })
}

/** Runs a page's handler; a form that is not there or closed is a page too, not a problem document. */
async function asPage(
  { kit }: Http,
  formKey: string,
  work: (form: PublishedForm | null) => Promise<Answer>,
): Promise<Answer> {
  const form = await currentForm(kit, formKey)
  try {
    return await work(form)
  } catch (error) {
    const problem = appErrorOf(error)
    if (problem.status === 404) {
      return page(
        renderMessagePage('This form does not exist', 'Check the address, or ask whoever sent it to you.'),
        { status: 404 },
      )
    }
    if (problem.status === 410) {
      const { closed, closedHelp } = wordsIn(form?.language ?? 'en')
      return page(renderMessagePage(closed, closedHelp, form), { status: 410, form })
    }
    throw error
  }
}

type Body = Readonly<Record<string, string | readonly string[]>>

const OWN_FIELDS: ReadonlySet<string> = new Set([TOKEN_FIELD, TRAP_FIELD, NEXT_FIELD])

/** The answers in a form post. Browsers send line breaks as CRLF; a script and a program send them as they are. */
function answersIn(body: Body, captcha: CaptchaWidget | null): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !OWN_FIELDS.has(name) && !captcha?.fields.includes(name))
      .map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value]),
  )
}

async function post(
  http: Http,
  found: PublishedForm,
  body: Body,
  refused: readonly FieldProblem[] = [],
): Promise<Answer> {
  const { kit } = http
  const [brand, captcha] = await Promise.all([brandOf(http, found), widgetOf(kit, found)])
  // Only pages of allowed sites are led to, so it is as if the form named them.
  const next = nextPage(kit, found, body[NEXT_FIELD])
  const form = next === null ? found : { ...found, redirectUrl: next }
  const token = String(body[TOKEN_FIELD] ?? '')
  // A form that somebody wrote into a page of an allowed site has no token.
  const isPlain = token === '' && isAllowedSite(kit, form, http.header('origin') ?? '')
  const typed = answersIn(body, captcha)
  const answers = isPlain ? knownAnswers(form, typed) : typed
  const trap = String(body[TRAP_FIELD] ?? '')
  try {
    takeVisit(kit, form.formId, http.address)
    if (trap !== '') await discountPage(kit, form, token)
    const { requestId, address } = http
    const submissionId = isPlain
      ? plainSubmissionId(kit, form.formId, { address, answers })
      : checkFormToken(kit, form.formId, token)
    const page = { source: sourceOfAddress(http.header('referer')) }
    const manner = mannerOfPost(http, {
      formId: form.formId,
      fields: form.fields,
      token: isPlain ? null : token,
      trap,
      names: new Set(Object.keys(body)),
      captcha: captcha ? String(body[captcha.answerField] ?? '') : null,
    })
    if (refused.length > 0) throw generalErrors.invalid({ errors: refused })
    await submitForm(kit, { formKey: form.key, submissionId, answers, address, requestId, page, manner })
    return Answer.redirect(afterSending(form))
  } catch (error) {
    const problem = appErrorOf(error)
    if (problem.status === 404 || problem.status === 410) throw error
    // Only a program fills in what nobody sees, and learns nothing about its token.
    if (trap !== '' && problem.code.startsWith('intake.')) {
      kit.log.info({ formId: form.formId, reason: 'trap' }, 'intake.submission_dropped')
      return Answer.redirect(afterSending(form))
    }
    if (problem.status >= 500) {
      kit.log.error(
        { requestId: http.requestId, error: messageOf(problem.cause ?? error) },
        'intake.submission_failed',
      )
    }
    return again(http, { form, brand, captcha, next }, { problem, answers, token })
  }
}

/** The page once more with what was typed. Nothing was stored, so answers to be corrected keep their submission. */
async function again(
  http: Http,
  { form, brand, captcha, next }: Pick<FormPage, 'form' | 'brand' | 'captcha' | 'next'>,
  was: { problem: AppError; answers: Readonly<Record<string, unknown>>; token: string },
): Promise<Answer> {
  const { problem } = was
  const isAboutAnswers = problem.code === generalErrors.invalid().code
  const isAboutPage = problem.code.startsWith('intake.')
  const problems: readonly FieldProblem[] = isAboutAnswers ? (problem.errors ?? []) : []
  const values: Record<string, string> = {}
  for (const { key } of form.fields) {
    const value = was.answers[key]
    if (typeof value === 'string') values[key] = value
    else if (Array.isArray(value)) values[key] = value.join('\n')
  }
  const words = wordsIn(form.language)
  const said = wordsOfProblem(words, problem.code) ?? `${problem.title} ${problem.detail ?? ''}`
  const notice = isAboutAnswers ? undefined : problem.status >= 500 ? words.failed : said
  const token = isAboutPage || was.token === '' ? issueFormToken(http.kit, form.formId).token : was.token
  const retry = problem.retryAfterS === undefined ? {} : { 'retry-after': String(problem.retryAfterS) }
  const handles = form.fields.flatMap(({ key, type }) =>
    type === 'FILE' ? (values[key] ?? '').split('\n') : [],
  )
  const attached = await namesOfUploads(http.kit, form, handles)
  return page(renderFormPage({ form, brand, captcha, token, values, problems, notice, attached, next }), {
    status: problem.status,
    form,
    captcha,
    headers: retry,
  })
}

/** Takes the page of a form with its files, from a browser without a script. */
export function postFilesPage(http: Http, formKey: string, incoming: IncomingBody): Promise<Answer> {
  return asPage(http, formKey, async found => {
    const form = openForm(found)
    const own = { token: TOKEN_FIELD, trap: TRAP_FIELD }
    const { body, problems } = await readFormWithFiles(http, form, incoming, own)
    return post(http, form, body, problems)
  })
}

/** The pages a visitor sees. */
export const pageRoutes: readonly Implemented[] = [
  implementPublic(showFormPage, (http, { params, query }) =>
    asPage(http, params.formKey, async found => {
      const form = openForm(found)
      const kept = await findKeptAnswers(http.kit, form, query[CONTINUE_PARAMETER])
      const { token, submissionId } = issueFormToken(http.kit, form.formId, kept?.submissionId)
      const [brand, captcha] = await Promise.all([brandOf(http, form), widgetOf(http.kit, form)])
      const values = { ...prefilled(form.fields, query), ...kept?.values }
      const words = partialWords(form.language)
      const notice = Object.hasOwn(query, CONTINUE_PARAMETER) ? words[kept ? 'back' : 'gone'] : undefined
      const shown = { form, brand, captcha, token, values, problems: [], isContinued: kept !== null, notice }
      const goesOn = continueSearch(http.kit, form.formId, submissionId)
      return page(renderFormPage({ ...shown, continueSearch: goesOn }), { form, captcha })
    }),
  ),
  implementPublic(postFormPage, (http, { params, body }) =>
    asPage(http, params.formKey, async form => post(http, openForm(form), body)),
  ),
  implementPublic(showThanksPage, (http, { params }) =>
    asPage(http, params.formKey, async form => {
      if (!form || form.status === 'draft') throw generalErrors.not_found()
      return page(renderThanksPage(form, await brandOf(http, form)), { form })
    }),
  ),
  implementPublic(getFormAsset, async (_http, { params }) => serveAsset(params.name)),
]
