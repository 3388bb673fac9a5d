import type { ImportCounts, ImportPolicy, ImportStatus } from '#modules/crm/contract.ts'
import type { StatusKind } from '../../../ui/status.tsx'

export const importStatuses: Readonly<Record<ImportStatus, { kind: StatusKind; word: string }>> = {
  uploading: { kind: 'draft', word: 'Not uploaded' },
  mapping: { kind: 'draft', word: 'Not started' },
  running: { kind: 'running', word: 'Under way' },
  paused: { kind: 'paused', word: 'Paused' },
  done: { kind: 'done', word: 'Done' },
  failed: { kind: 'failed', word: 'Ended early' },
  cancelled: { kind: 'cancelled', word: 'Stopped' },
  undoing: { kind: 'running', word: 'Being taken back' },
  undone: { kind: 'cancelled', word: 'Taken back' },
}

const some = (count: number, one: string, many: string) =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`

/** What an import has done, in one line; empty while it has done nothing. */
export function countWords(counts: ImportCounts): string {
  const parts = [
    counts.peopleCreated > 0 ? `${some(counts.peopleCreated, 'person', 'people')} added` : '',
    counts.peopleUpdated > 0 ? `${some(counts.peopleUpdated, 'person', 'people')} changed` : '',
    counts.companiesCreated > 0 ? `${some(counts.companiesCreated, 'company', 'companies')} added` : '',
    counts.companiesUpdated > 0 ? `${some(counts.companiesUpdated, 'company', 'companies')} changed` : '',
    counts.unchanged > 0 ? `${some(counts.unchanged, 'row', 'rows')} already known` : '',
    counts.partly > 0 ? `${some(counts.partly, 'row', 'rows')} taken in part` : '',
    counts.refused > 0 ? `${some(counts.refused, 'row', 'rows')} left out` : '',
  ]
  return parts.filter(Boolean).join(', ')
}

export const knownWords: Readonly<Record<ImportPolicy['known'], string>> = {
  fill: 'Fill in what is empty',
  overwrite: 'Overwrite with the file',
  skip: 'Leave it as it is',
  create: 'Make another one',
}

export const personKeyWords: Readonly<Record<ImportPolicy['personKeys'][number], string>> = {
  id: 'record ID',
  email: 'e-mail address',
  externalId: 'external ID',
  phone: 'phone number',
  nameAndCompany: 'name and company',
}

export const companyKeyWords: Readonly<Record<ImportPolicy['companyKeys'][number], string>> = {
  id: 'record ID',
  externalId: 'external ID',
  siren: 'SIREN',
  domain: 'domain',
  name: 'name',
}

export const encodingWords = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little-endian)',
  'utf-16be': 'UTF-16 (big-endian)',
  'windows-1252': 'Windows-1252',
} as const

export const delimiterWords: Readonly<Record<string, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Bar',
}

/** A size for people: `1.4 MB`. */
export function bytesWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`
}
