import { PositionsSection } from '../positions/positions-section.tsx'
import { PersonPrivacy } from '../privacy/person-privacy.tsx'
import { DealPeople } from './deal-people.tsx'
import type { FieldEdit, RecordTarget } from './edits.ts'
import type { AnyRecord } from './record-values.ts'
import { PeopleOfCompany, RelatedDeals, RelatedLeads } from './related-lists.tsx'

interface RelatedRecordsProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** What belongs to a record: people, positions, deals, leads. */
export function RelatedRecords(props: RelatedRecordsProps) {
  const { target, heading } = props
  switch (target.object) {
    case 'person':
      return (
        <>
          <PositionsSection {...props} />
          <RelatedDeals field="personId" id={target.id} heading={heading} />
          <RelatedLeads personId={target.id} heading={heading} />
          <PersonPrivacy
            personId={target.id}
            email={typeof props.record.email === 'string' ? props.record.email : null}
            mayChange={props.mayChange}
            heading={heading}
          />
        </>
      )
    case 'company':
      return (
        <>
          <PeopleOfCompany companyId={target.id} heading={heading} />
          <RelatedDeals field="companyId" id={target.id} heading={heading} />
        </>
      )
    case 'deal':
      return <DealPeople {...props} />
  }
}
