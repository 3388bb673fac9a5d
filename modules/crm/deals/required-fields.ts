import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { generalErrors } from '#platform/errors.ts'
import { customFieldsOf } from '../custom-fields/values.ts'
import { crmErrors } from '../errors.ts'
import { DEAL_RECORD_FIELDS } from './deal-fields.ts'
import type { EnteredStage } from './deal-state.ts'

/** What a stage has anyway, or what is asked for in a way of its own. */
const NEVER_REQUIRED: ReadonlySet<string> = new Set(['name', 'stageId', 'lostReasonId', 'lostNote'])

/** The keys of the fields a stage can ask for. */
async function requirableFields(ctx: Context): Promise<string[]> {
  const fields = [...DEAL_RECORD_FIELDS, ...(await customFieldsOf(ctx, 'deal'))]
  return fields.filter(each => each.isEditable && !NEVER_REQUIRED.has(each.key)).map(({ key }) => key)
}

/** Throws `request.invalid` when a stage shall ask for something that deals do not have. */
export async function checkRequiredFields(ctx: Context, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const known = new Set(await requirableFields(ctx))
  const errors = keys.flatMap((key, index): FieldProblem[] =>
    known.has(key)
      ? []
      : [
          {
            in: 'body',
            pointer: `/requiredFields/${index}`,
            code: 'not_there',
            message: 'Deals have no such field.',
          },
        ],
  )
  if (errors.length > 0) throw generalErrors.invalid({ errors })
}

/**
 * Lets a deal into a stage, given its fields by their keys in the history, or throws `crm.stage_asks` with a pointer to each field that is missing, as the body of an update has
 * them; those of a move stand under `/fields`. What deals no longer have is not asked for.
 */
export async function requireForStage(
  ctx: Context,
  state: Readonly<Record<string, unknown>>,
  stage: EnteredStage,
  prefix: '' | '/fields' = '',
): Promise<void> {
  const missing = stage.requiredFields.filter(key => isEmpty(state[key]))
  const known = new Set(
    missing.some(key => key.startsWith('custom.')) ? await requirableFields(ctx) : missing,
  )
  const errors = missing
    .filter(key => known.has(key))
    .map(
      (key): FieldProblem => ({
        in: 'body',
        pointer: `${prefix}/${key.replace('custom.', 'custom/')}`,
        code: 'required',
        message: `${stage.name} asks for this.`,
      }),
    )
  if (stage.type === 'lost' && stage.asksLostReason && isEmpty(state.lostReasonId)) {
    errors.push({
      in: 'body',
      pointer: '/lostReasonId',
      code: 'required',
      message: 'Say why the deal was lost.',
    })
  }
  if (errors.length > 0) throw crmErrors.stage_asks({ errors })
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
