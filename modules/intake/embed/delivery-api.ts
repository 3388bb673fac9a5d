import { z } from 'zod'
import { FieldProblem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { PARTS_MAX } from '../definition/form-settings.ts'

export const PageProblems = z
  .object({
    problems: z
      .array(FieldProblem)
      .describe('What is wrong with the answers, as sending them would say; empty when one can go on.'),
  })
  .meta({ id: 'PageProblems' })

export const checkPage = defineRoute({
  id: 'intake.page.check',
  method: 'POST',
  path: '/v1/public/forms/:formKey/checks',
  summary: 'Check the answers on one page of a form',
  description: 'For a form that is shown page by page, before the next one. Nothing is stored.',
  access: 'public',
  params: z.strictObject({ formKey: z.string().max(200) }),
  body: z.strictObject({
    page: z.number().int().min(0).max(PARTS_MAX),
    answers: z
      .record(z.string(), z.unknown())
      .describe('All answers so far, as in a submission: conditions look at those above.'),
  }),
  response: PageProblems,
  status: 200,
  errors: ['intake.form_closed', 'request.too_many'],
})

export const getEmbedScript = defineRoute({
  id: 'intake.page.embed',
  method: 'GET',
  path: '/f/embed.js',
  summary: 'The script that shows a form in a page of another site',
  access: 'public',
  produces: 'text/javascript',
})
