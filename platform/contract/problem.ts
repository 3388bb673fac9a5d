import { z } from 'zod'

/** One thing wrong with one field; `pointer` is an RFC 6901 JSON pointer into the part named by `in`. */
export const FieldProblem = z.object({
  in: z.enum(['body', 'query', 'path', 'header']),
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
})
export type FieldProblem = z.output<typeof FieldProblem>

/** RFC 9457 problem details, as every error of the API answers. */
export const Problem = z
  .object({
    type: z.string().describe('A URL that identifies the kind of error.'),
    title: z.string().describe('What happened, in one plain sentence.'),
    status: z.number().int(),
    code: z.string().describe('Stable machine-readable code, `module.reason`.'),
    detail: z.string().optional().describe('What was kept and what to do.'),
    requestId: z.string(),
    current: z
      .string()
      .optional()
      .describe('The ETag of what is stored now, when a change was based on something else.'),
    errors: z.array(FieldProblem).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof Problem>

/** Thrown by the typed client when the API answers with a problem. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ? `${problem.title} ${problem.detail}` : problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
  get status(): number {
    return this.problem.status
  }
  get code(): string {
    return this.problem.code
  }
  /** The first message for a field of the body, to show beside it. */
  field(pointer: string): string | undefined {
    return this.problem.errors?.find(error => error.pointer === pointer)?.message
  }
}
