import type { Position, PositionPatch, RecordField } from '#modules/crm/contract.ts'

const field = (
  position: Pick<Position, 'id'>,
  key: keyof typeof PositionPatch.shape,
  label: string,
  kind: RecordField['kind'],
): RecordField => ({
  key: `positions.${position.id}.${key}`,
  label,
  kind,
  group: 'Positions',
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: false,
  isImportable: false,
  ...(kind === 'relation' ? { relatesTo: 'company' as const } : {}),
})

/** Where a new position is; found or made by its name. */
export const companyField = field({ id: 'new' }, 'companyId', 'Company', 'relation')

/** The fields of a position, edited like those of the person it belongs to. */
export function positionFields(position: Pick<Position, 'id'>): readonly RecordField[] {
  return [
    field(position, 'companyId', 'Company', 'relation'),
    field(position, 'title', 'Title', 'text'),
    field(position, 'email', 'E-mail', 'email'),
    field(position, 'validFrom', 'From', 'date'),
    field(position, 'validTo', 'Until', 'date'),
  ]
}

/** The day of an instant on the reader's calendar, YYYY-MM-DD. */
export function dayOf(at: Date): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
}

/** "2019 – 2024", "since 2024", "until 2020": when somebody held a position. Days are YYYY-MM-DD. */
export function spanWords(from: string | null, to: string | null): string {
  const [start, end] = [from?.slice(0, 4), to?.slice(0, 4)]
  if (start && end) return start === end ? start : `${start} – ${end}`
  if (start) return `since ${start}`
  return end ? `until ${end}` : ''
}
