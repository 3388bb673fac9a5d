import { Menu } from '@mantine/core'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { type Position, Position as PositionSchema, removePosition } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import type { FieldEdit, RecordTarget } from '../record/edits.ts'
import { InlineField } from '../record/inline-field.tsx'
import { recordQuery } from '../record/record-access.ts'
import type { AnyRecord } from '../record/record-values.ts'
import { saveField } from '../record/save-field.ts'
import { NewPosition } from './new-position.tsx'
import { putPosition } from './position-acts.ts'
import { dayOf, positionFields, spanWords } from './position-fields.ts'
import classes from './positions.module.css'

interface PositionsSectionProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** What a person is and was, and where: each with its own e-mail address, the primary one first. */
export function PositionsSection(props: PositionsSectionProps) {
  const { target, record, mayChange } = props
  const [isAdding, setAdding] = useState(false)
  const positions = PositionSchema.array().safeParse(record.positions).data ?? []
  return (
    <section aria-label="Positions">
      <div className={classes.head}>
        <props.heading className={classes.title}>Positions</props.heading>
        {mayChange && !isAdding ? (
          <IconButton label="Add a position" size="sm" onClick={() => setAdding(true)}>
            <Plus size={14} />
          </IconButton>
        ) : null}
      </div>
      {positions.length === 0 && !isAdding ? <p className={classes.none}>No position is known.</p> : null}
      <ul className={classes.list}>
        {positions.map(position => (
          <PositionCard key={position.id} {...props} position={position} />
        ))}
      </ul>
      {isAdding ? <NewPosition personId={target.id} onClose={() => setAdding(false)} /> : null}
    </section>
  )
}

function PositionCard({ position, ...props }: PositionsSectionProps & { position: Position }) {
  const { target, mayChange } = props
  const [openKey, setOpenKey] = useState<string>()
  const fields = positionFields(position)
  const step = (from: string, isBackwards: boolean) => {
    const at = fields.findIndex(field => field.key === from)
    setOpenKey(fields[at + (isBackwards ? -1 : 1)]?.key)
  }
  const end = fields.find(field => field.key.endsWith('.validTo'))
  const span = spanWords(position.validFrom, position.validTo)
  return (
    <li className={classes.position}>
      <div className={classes.top}>
        <span className={classes.badges}>
          {position.isPrimary ? <Tag tone="accent">Primary</Tag> : null}
          {span ? <span className={classes.span}>{span}</span> : null}
          {position.emailStatus === 'invalid' || position.emailStatus === 'bounced' ? (
            <Tag tone="bad">E-mail {position.emailStatus}</Tag>
          ) : null}
        </span>
        {mayChange ? (
          <Menu position="bottom-end" width={200}>
            <Menu.Target>
              <IconButton
                label={`Acts on ${position.title ?? position.company?.name ?? 'the position'}`}
                size="sm"
              >
                <Ellipsis size={14} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              {position.isPrimary ? null : (
                <Menu.Item onClick={() => void putPosition(target, position.id, { isPrimary: true })}>
                  Make it the primary one
                </Menu.Item>
              )}
              {end && position.validTo === null ? (
                <Menu.Item onClick={() => saveField(target, end, null, dayOf(new Date()))}>
                  End it today
                </Menu.Item>
              ) : null}
              <Menu.Item color="red" onClick={() => void take(target, position)}>
                Take it away
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      <dl className={classes.fields}>
        {fields.map(field => (
          <div key={field.key} className={classes.line}>
            <dt>{field.label}</dt>
            <dd>
              <InlineField
                {...props}
                field={field}
                isOpen={openKey === field.key}
                onOpen={() => setOpenKey(field.key)}
                onClose={() => setOpenKey(now => (now === field.key ? undefined : now))}
                onTab={isBackwards => step(field.key, isBackwards)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

/** Takes a position away, and gives it back on undo as it was. */
async function take(target: RecordTarget, position: Position): Promise<void> {
  const params = { personId: target.id, positionId: position.id }
  try {
    const person = await call(removePosition, { params })
    queryClient.setQueryData(recordQuery(target).queryKey, person)
    toastUndo('The position was taken away.', () => void giveBack(target, position))
  } catch (error) {
    sayFailed(error, () => void take(target, position))
  }
}

async function giveBack(target: RecordTarget, position: Position): Promise<void> {
  const { company, title, email, emailStatus, emailReliability, listName, isPrimary, validFrom, validTo } =
    position
  await putPosition(target, undefined, {
    companyId: company?.id ?? null,
    title,
    email,
    emailStatus,
    emailReliability,
    listName,
    validFrom,
    validTo,
    ...(isPrimary ? { isPrimary } : {}),
  })
}
