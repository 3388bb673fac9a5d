import { useQuery } from '@tanstack/react-query'
import { type Deal, listPipelines } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { StageAsk } from '../deals/stage-ask.tsx'
import { endEdit, type FieldEdit, type RecordTarget } from './edits.ts'
import classes from './inline-field.module.css'
import { recordQuery } from './record-access.ts'
import { saveField } from './save-field.ts'

interface StageAskedProps {
  target: RecordTarget
  edit: FieldEdit
  stageId: string
  /** Keys of what the stage asks for and the deal does not have. */
  missing: readonly string[]
}

/** Under the stage of a deal: what the chosen one asks for, before it lets the deal in. */
export function StageAsked({ target, edit, stageId, missing }: StageAskedProps) {
  const { data: record } = useQuery(recordQuery(target))
  const { data: pipelines } = useQuery(routeQuery(listPipelines, { query: {} }))
  const stage = pipelines?.items.flatMap(pipeline => pipeline.stages).find(({ id }) => id === stageId)
  if (!record || !stage) return null
  const { field, base, value } = edit
  return (
    <div className={classes.asked}>
      <StageAsk
        deal={record as Deal}
        stage={stage}
        missing={missing}
        onDone={({ fields, ...reason }) =>
          saveField(target, field, base, value, { along: { ...fields, ...reason } })
        }
        onCancel={() => endEdit(target, edit.number)}
      />
    </div>
  )
}
