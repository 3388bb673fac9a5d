import type { RecordField } from '#modules/crm/contract.ts'
import type { Form, LeadStatus, ListedLead } from '#modules/intake/contract.ts'
import { Dot } from '../../../ui/dot.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { answerWords } from '../answer-words.ts'
import { leadSourceWords } from '../lead-source-words.ts'
import { answerKey } from './lead-fields.ts'
import classes from './lists.module.css'

interface LeadCellProps {
  lead: ListedLead
  column: RecordField
  statuses: readonly LeadStatus[]
  names: ReadonlyMap<string, string>
  form: Pick<Form, 'fields'> | undefined
}

/** What a lead has in a column of the list. */
export function LeadCell({ lead, column: { key }, statuses, names, form }: LeadCellProps) {
  switch (key) {
    case 'name':
      return <span className={classes.name}>{lead.name}</span>
    case 'email':
      return <span className={classes.text}>{lead.email}</span>
    case 'source':
      return <span className={classes.text}>{leadSourceWords(lead.source)}</span>
    case 'status': {
      const status = statuses.find(each => each.status === lead.status)
      return (
        <span className={classes.status}>
          <Dot tone={status?.color ?? 'neutral'} />
          {status?.name ?? lead.status}
        </span>
      )
    }
    case 'ownerUserId':
      return lead.ownerUserId === null ? (
        <span className={classes.none}>Nobody</span>
      ) : (
        <span className={classes.text}>{names.get(lead.ownerUserId) ?? 'A member'}</span>
      )
    case 'createdAt':
    case 'lastSubmittedAt':
    case 'statusChangedAt':
      return <RelativeTime at={lead[key]} />
    default: {
      const field = form?.fields.find(each => answerKey(each.key) === key)
      const value = field && lead.values?.[field.key]
      return field && value !== undefined ? (
        <span className={classes.text}>{answerWords(field.type, value)}</span>
      ) : null
    }
  }
}
