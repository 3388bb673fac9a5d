import type { FieldEdit, RecordTarget } from './edits.ts'
import type { AnyRecord } from './record-values.ts'

interface RelatedRecordsProps {
  target: RecordTarget
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** What belongs to a record. */
export function RelatedRecords({ record }: RelatedRecordsProps) {
  return record.id === '' ? <p>Nothing</p> : null
}
