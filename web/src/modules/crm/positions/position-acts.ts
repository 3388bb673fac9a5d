import { addPosition, changePosition, type PositionPatch } from '#modules/crm/contract.ts'
import { call, newKey } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import type { RecordTarget } from '../record/edits.ts'
import { recordQuery } from '../record/record-access.ts'

/** Changes a position of a person, or adds one when none is named; a failure is said, with a way to try again. */
export async function putPosition(
  target: RecordTarget,
  positionId: string | undefined,
  body: PositionPatch,
  idempotencyKey = newKey(),
): Promise<void> {
  const personId = target.id
  try {
    const person =
      positionId === undefined
        ? await call(addPosition, { params: { personId }, body }, { idempotencyKey })
        : await call(changePosition, { params: { personId, positionId }, body }, { idempotencyKey })
    await queryClient.cancelQueries({ queryKey: recordQuery(target).queryKey })
    queryClient.setQueryData(recordQuery(target).queryKey, person)
  } catch (error) {
    sayFailed(error, () => void putPosition(target, positionId, body, idempotencyKey))
  }
}
