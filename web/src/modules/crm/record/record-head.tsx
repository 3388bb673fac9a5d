import { type ReactNode, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { relatedOf } from '../fields/field-words.ts'
import { RecordLink } from '../fields/record-link.tsx'
import type { FieldEdit, RecordTarget } from './edits.ts'
import { InlineField } from './inline-field.tsx'
import classes from './record-head.module.css'
import type { AnyRecord } from './record-values.ts'

interface RecordHeadProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  /** What stands under the name, to be edited there. */
  fields: readonly RecordField[]
  actions: ReactNode
  heading: 'h2' | 'h3'
}

/** Who or what this is, whose it is and where it stands. */
export function RecordHead(props: RecordHeadProps) {
  const { target, record, fields, actions } = props
  const [openKey, setOpenKey] = useState<string>()
  const step = (from: string, isBackwards: boolean) => {
    const at = fields.findIndex(field => field.key === from)
    setOpenKey(fields[at + (isBackwards ? -1 : 1)]?.key)
  }
  return (
    <div className={classes.head}>
      <div className={classes.who}>
        <Avatar name={record.name || '?'} size={40} square={target.object !== 'person'} />
        <div className={classes.names}>
          <props.heading className={classes.name}>{record.name || 'Without a name'}</props.heading>
          <Subtitle target={target} record={record} />
        </div>
        <div className={classes.actions}>{actions}</div>
      </div>
      <dl className={classes.facts}>
        {fields.map(field => (
          <div key={field.key} className={classes.fact}>
            <dt>{field.label}</dt>
            <dd>
              <InlineField
                {...props}
                field={field}
                originAt="bottom-start"
                isOpen={openKey === field.key}
                onOpen={() => setOpenKey(field.key)}
                onClose={() => setOpenKey(now => (now === field.key ? undefined : now))}
                onTab={isBackwards => step(field.key, isBackwards)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The line that tells it from others of the same name. */
function Subtitle({ target, record }: { target: RecordTarget; record: AnyRecord }) {
  const company = relatedOf(record.company)
  const companyLink = company ? (
    <RecordLink object="company" id={company.id}>
      {company.name}
    </RecordLink>
  ) : null
  if (target.object === 'company') {
    const place = [record.domain, record.city].map(textOf).filter(Boolean).join(' · ')
    return <p className={classes.subtitle}>{place || 'Company'}</p>
  }
  if (target.object === 'deal') {
    const person = relatedOf(record.person)
    return (
      <p className={classes.subtitle}>
        {companyLink ?? 'Deal'}
        {person ? (
          <>
            {' · '}
            <RecordLink object="person" id={person.id}>
              {person.name}
            </RecordLink>
          </>
        ) : null}
      </p>
    )
  }
  const title = textOf(record.title)
  return (
    <p className={classes.subtitle}>
      {title}
      {title && companyLink ? ' at ' : null}
      {companyLink}
      {title || companyLink ? null : (textOf(record.email) ?? 'Person')}
    </p>
  )
}
