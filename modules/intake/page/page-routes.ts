import type { FieldProblem } from '#platform/contract/problem.ts'
import { type AppError, generalErrors } from '#platform/errors.ts'
import { Answer, type Http, type Implemented, implementPublic } from '#platform/http/handlers.ts'
import { appErrorOf } from '#platform/http/problems.ts'
import { messageOf } from '#platform/log.ts'
import { getFormAsset, postFormPage, showFormPage, showThanksPage } from '../contract.ts'
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

/** Nothing from anywhere else, nothing inline, and nobody may frame it or send it elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

/** Browsers hold the page that an answer to a form leads to against the same rule. */
function policyOf(form: PublishedForm | undefined): string {
  const { origin } = URL.parse(form?.redirectUrl ?? '') ?? {}
  return origin === undefined ? POLICY : `${POLICY} ${origin}`
}

function page(
  text: string,
  {
    status = 200,
    form,
    headers = {},
  }: { status?: number; form?: PublishedForm; headers?: Record<string, string> } = {},
): Answer {
  return new Answer(status, text, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policyOf(form),
    ...headers,
  })
}

/** Runs a page's handler; a form that is not there or closed is a page too, not a problem document. */
async function asPage(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    const problem = appErrorOf(error)
    if (problem.status === 404) {
      return page(
        renderMessagePage('This form does not exist', 'Check the address, or ask whoever sent it to you.'),
        { status: 404 },
      )
    }
    if (problem.status === 410) {
      return page(renderMessagePage(problem.title, 'Ask whoever sent you here how to reach them.'), {
        status: 410,
      })
    }
    throw error
  }
}

type Body = Readonly<Record<string, string | readonly string[]>>

/** The answers in a form post. Browsers send line breaks as CRLF; a script and a program send them as they are. */
function answersIn(body: Body): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name !== TOKEN_FIELD && name !== TRAP_FIELD)
      .map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value]),
  )
}

async function post(http: Http, form: PublishedForm, body: Body): Promise<Answer> {
  const brand = await brandOf(http, form)
  const { kit } = http
  const token = String(body[TOKEN_FIELD] ?? '')
  const answers = answersIn(body)
  try {
    takeVisit(kit, form.formId, http.address)
    if (String(body[TRAP_FIELD] ?? '') !== '') {
      kit.log.info({ formId: form.formId, reason: 'trap' }, 'intake.submission_dropped')
      return Answer.redirect(afterSending(form))
    }
    const submissionId = checkFormToken(kit, form.formId, token)
    const { requestId, address } = http
    await submitForm(kit, { formKey: form.key, submissionId, answers, address, requestId })
    return Answer.redirect(afterSending(form))
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
  const token = isAboutPage ? issueFormToken(http.kit, form.formId).token : was.token
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
    asPage(async () => {
      const form = openForm(await currentForm(http.kit, params.formKey))
      const { token } = issueFormToken(http.kit, form.formId)
      const brand = await brandOf(http, form)
      const values = prefilled(form.fields, query)
      return page(renderFormPage({ form, brand, token, values, problems: [] }), { form })
    }),
  ),
  implementPublic(postFormPage, (http, { params, body }) =>
    asPage(async () => post(http, openForm(await currentForm(http.kit, params.formKey)), body)),
  ),
  implementPublic(showThanksPage, (http, { params }) =>
    asPage(async () => {
      const form = await currentForm(http.kit, params.formKey)
      if (!form || form.status === 'draft') throw generalErrors.not_found()
      return page(renderThanksPage(form, await brandOf(http, form)))
    }),
  ),
  implementPublic(getFormAsset, async (_http, { params }) => serveAsset(params.name)),
]
