import { Attachments } from '../activity/attachments.tsx'
import { PositionsSection } from '../positions/positions-section.tsx'
import { PersonPrivacy } from '../privacy/person-privacy.tsx'
import { DealPeople } from './deal-people.tsx'
import type { FieldEdit, RecordTarget } from './edits.ts'
import type { AnyRecord } from './record-values.ts'
import classes from './related-list.module.css'
import { PeopleOfCompany, RelatedDeals, RelatedLeads } from './related-lists.tsx'

interface RelatedRecordsProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** What belongs to a record: people, positions, deals, leads, files. */
export function RelatedRecords(props: RelatedRecordsProps) {
  const { target, record, mayChange, heading } = props
  switch (target.object) {
    case 'person':
      return (
        <>
          <PositionsSection {...props} />
          <RelatedDeals field="personId" id={target.id} heading={heading} />
          <RelatedLeads personId={target.id} heading={heading} />
          <Files {...props} />
          <PersonPrivacy
            personId={target.id}
            email={typeof record.email === 'string' ? record.email : null}
            mayChange={mayChange}
            heading={heading}
          />
        </>
      )
    case 'company':
      return (
        <>
          <PeopleOfCompany companyId={target.id} heading={heading} />
          <RelatedDeals field="companyId" id={target.id} heading={heading} />
          <Files {...props} />
        </>
      )
    case 'deal':
      return (
        <>
          <DealPeople {...props} />
          <Files {...props} />
        </>
      )
  }
}

function Files({ target: { object, id }, heading: Heading }: RelatedRecordsProps) {
  return (
    <div>
      <Heading className={classes.title}>Files</Heading>
      <Attachments object={object} id={id} />
    </div>
  )
}
