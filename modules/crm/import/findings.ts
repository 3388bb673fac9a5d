import { CELL_FAULTS, type CellFault, ROW_FAULTS, type RowFault } from './cell-faults.ts'
import { isMojibake, splitList } from './cell-values.ts'
import { foldCell } from './fold.ts'
import type { ImportFindings, ImportProblem } from './import-api.ts'
import type { ImportSource } from './import-source.ts'
import type { Plan, PlannedRow } from './plan.ts'
import type { ReadRow } from './read-row.ts'

const EXAMPLES_MAX = 5
const EXAMPLE_LENGTH = 100
const UNKNOWN_MAX = 200

type Severity = ImportProblem['severity']

/** What a check of a file finds, counted row by row. */
export class Findings {
  rows = 0
  readonly #revision: number
  readonly #problems = new Map<
    string,
    ImportProblem & { count: number; examples: { line: number; value: string }[] }
  >()
  readonly #unknown = new Map<number, Set<string>>()
  readonly #people = { matched: 0, fresh: 0, repeated: 0 }
  readonly #companies = { matched: 0, fresh: 0 }
  /** What was met further up, as numbers: a million texts would be too much to keep. */
  readonly #seen = new Set<number>()
  readonly #seenCompanies = new Set<number>()

  constructor(revision: number) {
    this.#revision = revision
  }

  /** Counts a part of the file as it would be taken in. */
  add(plan: Plan, source: ImportSource): void {
    const isSkipping = source.settings.policy.faulty === 'skip_row'
    for (const planned of plan.rows) {
      this.rows++
      this.#cells(planned.row, source, isSkipping ? 'row' : 'value')
      if (planned.fault !== null)
        this.#note(
          planned.fault,
          ROW_FAULTS[planned.fault],
          planned.person === null ? 'row' : 'value',
          null,
          planned.row.line,
          whoOf(planned.row),
        )
      this.#record(planned, source)
    }
  }

  #cells({ line, cells, faults }: ReadRow, source: ImportSource, severity: Severity): void {
    for (const { column, fault, value } of faults) {
      const mapped = source.columns.find(each => each.column === column)
      const isAdded = fault === 'unknown_option' && mapped?.choices.unknownOption === 'add'
      if (fault === 'unknown_option') this.#option(column, value)
      this.#note(fault, CELL_FAULTS[fault], isAdded ? 'note' : severity, column, line, value)
    }
    for (const [column, cell] of cells.entries())
      if (isMojibake(cell)) this.#note('mojibake', CELL_FAULTS.mojibake, 'note', column, line, cell)
  }

  #option(column: number, value: string): void {
    const values = this.#unknown.get(column) ?? new Set()
    this.#unknown.set(column, values)
    for (const each of splitList(value))
      if (values.size < UNKNOWN_MAX) values.add(each.slice(0, EXAMPLE_LENGTH))
  }

  #record({ row, person, company, isMatched }: PlannedRow, source: ImportSource): void {
    const main = source.settings.object === 'person' ? person : company
    if (main !== null) {
      const key = hashOf(keyOfRow(row) ?? main.id)
      if (this.#seen.has(key)) {
        this.#people.repeated++
        this.#note('repeated', ROW_FAULTS.repeated, 'note', null, row.line, whoOf(row))
      } else if (source.settings.object === 'person') {
        this.#people[isMatched ? 'matched' : 'fresh']++
      }
      this.#seen.add(key)
    }
    if (company === null) return
    const key = hashOf(companyKeyOf(row) ?? company.id)
    if (this.#seenCompanies.has(key)) return
    this.#seenCompanies.add(key)
    this.#companies[company.original === null ? 'fresh' : 'matched']++
  }

  #note(
    code: CellFault | RowFault,
    message: string,
    severity: Severity,
    column: number | null,
    line: number,
    value: string,
  ): void {
    const key = `${code} ${column} ${severity}`
    const problem = this.#problems.get(key) ?? { code, message, severity, column, count: 0, examples: [] }
    this.#problems.set(key, problem)
    problem.count++
    if (problem.examples.length < EXAMPLES_MAX)
      problem.examples.push({
        line,
        value: value.slice(0, EXAMPLE_LENGTH).toWellFormed().replaceAll('\0', ''),
      })
  }

  soFar(): ImportFindings {
    return this.#as('running', null)
  }

  done(): ImportFindings {
    return this.#as('done', null)
  }

  failed(failure: string): ImportFindings {
    return this.#as('failed', failure)
  }

  #as(state: ImportFindings['state'], failure: string | null): ImportFindings {
    const order: readonly Severity[] = ['row', 'value', 'note']
    const problems = [...this.#problems.values()].sort(
      (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.count - a.count,
    )
    return {
      state,
      revision: this.#revision,
      rows: this.rows,
      failure,
      problems,
      people: { ...this.#people },
      companies: { ...this.#companies },
      unknownOptions: [...this.#unknown].map(([column, values]) => ({ column, values: [...values] })),
    }
  }
}

/** What a row is known by, as it is compared with the rows above it. */
function keyOfRow({ person, position, company }: ReadRow): string | null {
  const { id, external_id: externalId } = person
  if (typeof id === 'string') return `id ${id}`
  if (typeof position.email === 'string') return `email ${position.email.toLowerCase()}`
  if (typeof externalId === 'string') return `external ${externalId}`
  return Object.keys(person).length === 0 ? companyKeyOf({ company } as ReadRow) : null
}

function companyKeyOf({ company }: Pick<ReadRow, 'company'>): string | null {
  const key = company.id ?? company.external_id ?? company.siren
  if (key != null) return `company ${key}`
  return typeof company.name === 'string' ? `company ${foldCell(company.name)}` : null
}

/** Who a row is about, for people who look for it. */
function whoOf({ person, position, company }: ReadRow): string {
  const name = [person.first_name, person.last_name].filter(Boolean).join(' ')
  return [name, position.email, company.name].filter(Boolean).join(', ')
}

/** 53 bits of a hash (cyrb53): among a million texts two are the same with a chance of one in ten thousand. */
function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}
