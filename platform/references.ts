/**
 * A column that names a record of an owned object, as merging two records needs to know it. A column of a table that names records
 * and is not declared fails a test, so that nothing is left pointing at a record that went.
 */
export interface RecordReference {
  /** `schema.name` */
  readonly table: string
  /** The column with the record's id; with `inJson` a list of subjects, `[{ type, id }]`. */
  readonly column: string
  readonly inJson?: true
  /** The object it names records of, or the column that says which. */
  readonly object: string | { readonly column: string }
  /** The columns of the primary key without the organization, in order. */
  readonly key: readonly string[]
  /** The columns by which a row is the same as another one of the record it would move to; such a row goes. */
  readonly uniqueBy?: readonly string[]
  /** Whether the table keeps when a row was changed last. */
  readonly isTouched: boolean
  /** Another column with the ids of records in it, `[{ type, id }]`, which moves along. */
  readonly subjects?: string
  /** Why rows stay with the record that went, for a column whose rows do not move. */
  readonly stays?: string
}
