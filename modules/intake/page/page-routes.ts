import type { FieldProblem } from '#platform/contract/problem.ts'
import { type AppError, generalErrors } from '#platform/errors.ts'
import { Answer, type Http, type Implemented, implementPublic } from '#platform/http/handlers.ts'
import { appErrorOf } from '#platform/http/problems.ts'
import { messageOf } from '#platform/log.ts'
import { getFormAsset, postFormPage, showFormPage, showThanksPage } from '../contract.ts'
import { isAllowedSite } from '../embed/allowed-sites.ts'
import { knownAnswers, NEXT_FIELD, nextPage, plainSubmissionId } from '../embed/plain-posts.ts'
import { checkFormToken, issueFormToken } from '../form-token.ts'
import { currentForm, openForm, type PublishedForm } from '../published-forms.ts'
import { submitForm } from '../submissions.ts'
import { takeVisit } from '../visits.ts'
import { serveAsset } from './form-assets.ts'
import { brandOf } from './form-brand.ts'
import {
  afterSending,
  type FormPage,
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
function policyOf(form: PublishedForm | null): string {
  const { origin = '' } = URL.parse(form?.redirectUrl ?? '') ?? {}
  const hosts = form?.embed.allowedHosts ?? []
  return `${POLICY}; frame-ancestors ${hosts.join(' ') || "'none'"}; form-action 'self' ${origin}`.trimEnd()
}

function page(
  text: string,
  {
    status = 200,
    form = null,
    headers = {},
  }: { status?: number; form?: PublishedForm | null; headers?: Record<string, string> } = {},
): Answer {
  return new Answer(status, text, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policyOf(form),
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
      const text = 'Ask whoever sent you here how to reach them.'
      return page(renderMessagePage(problem.title, text, form), { status: 410, form })
    }
    throw error
  }
}

type Body = Readonly<Record<string, string | readonly string[]>>

const OWN_FIELDS: ReadonlySet<string> = new Set([TOKEN_FIELD, TRAP_FIELD, NEXT_FIELD])

/** The answers in a form post. Browsers send line breaks as CRLF; a script and a program send them as they are. */
function answersIn(body: Body): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !OWN_FIELDS.has(name))
      .map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value]),
  )
}

async function post(http: Http, form: PublishedForm, body: Body): Promise<Answer> {
  const brand = await brandOf(http, form)
  const { kit } = http
  const token = String(body[TOKEN_FIELD] ?? '')
  // A form that somebody wrote into a page of an allowed site has no token.
  const isPlain = token === '' && isAllowedSite(kit, form, http.header('origin') ?? '')
  const answers = isPlain ? knownAnswers(form, answersIn(body)) : answersIn(body)
  const after = (isPlain && nextPage(kit, form, body[NEXT_FIELD])) || afterSending(form)
  try {
    takeVisit(kit, form.formId, http.address)
    if (String(body[TRAP_FIELD] ?? '') !== '') {
      kit.log.info({ formId: form.formId, reason: 'trap' }, 'intake.submission_dropped')
      return Answer.redirect(after)
    }
    const { requestId, address } = http
    const submissionId = isPlain
      ? plainSubmissionId(kit, form.formId, { address, answers })
      : checkFormToken(kit, form.formId, token)
    await submitForm(kit, { formKey: form.key, submissionId, answers, address, requestId })
    return Answer.redirect(after)
  } catch (error) {
    const problem = appErrorOf(error)
    if (problem.status === 404 || problem.status === 410) throw error
    if (problem.status >= 500) {
      kit.log.error(
        { requestId: http.requestId, error: messageOf(problem.cause ?? error) },
        'intake.submission_failed',
      )
    }
    return again(http, { form, brand }, { problem, answers, token })
  }
}

const FAILED =
  'Your answers could not be saved just now. They are still here: send the form again in a moment.'

/** The page once more with what was typed. Nothing was stored, so answers to be corrected keep their submission. */
function again(
  http: Http,
  { form, brand }: Pick<FormPage, 'form' | 'brand'>,
  was: { problem: AppError; answers: Readonly<Record<string, unknown>>; token: string },
): Answer {
  const { problem } = was
  const isAboutAnswers = problem.code === generalErrors.invalid().code
  const isAboutPage = problem.code.startsWith('intake.')
  const problems: readonly FieldProblem[] = isAboutAnswers ? (problem.errors ?? []) : []
  const values: Record<string, string> = {}
  for (const { key, type } of form.fields) {
    const value = was.answers[key]
    if (typeof value === 'string') values[key] = value
    else if (type === 'MULTI_SELECT' && Array.isArray(value)) values[key] = value.join('\n')
  }
  const words = problem.status >= 500 ? [FAILED] : [problem.title, problem.detail ?? '']
  const notice = isAboutAnswers ? undefined : words.join(' ')
  const token = isAboutPage || was.token === '' ? issueFormToken(http.kit, form.formId).token : was.token
  const retry = problem.retryAfterS === undefined ? {} : { 'retry-after': String(problem.retryAfterS) }
  return page(renderFormPage({ form, brand, token, values, problems, notice }), {
    status: problem.status,
    form,
    headers: retry,
  })
}

/** The pages a visitor sees. */
export const pageRoutes: readonly Implemented[] = [
  implementPublic(showFormPage, (http, { params, query }) =>
    asPage(http, params.formKey, async found => {
      const form = openForm(found)
      const { token } = issueFormToken(http.kit, form.formId)
      const brand = await brandOf(http, form)
      const values = prefilled(form.fields, query)
      return page(renderFormPage({ form, brand, token, values, problems: [] }), { form })
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
