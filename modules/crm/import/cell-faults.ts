/** What can be wrong with a cell, in the words of whoever sees it. `row` keeps the row out whatever was chosen. */
export const CELL_FAULTS = {
  excel_number:
    'A spreadsheet has turned this number into a power of ten; its last digits are lost. Format the column as text and export it anew.',
  excel_error: 'This is an error of a spreadsheet, not a value.',
  mojibake: 'These letters look wrong. The file may be in another encoding.',
  control_character: 'This holds characters that cannot be stored.',
  undecodable: 'This holds bytes that are no letters in the chosen encoding.',
  too_long: 'This is longer than the field can hold.',
  invalid_email: 'This is no e-mail address.',
  invalid_phone: 'This is no phone number.',
  invalid_url: 'This is no web address.',
  invalid_siren: 'A SIREN has nine digits.',
  invalid_siret: 'A SIRET has fourteen digits.',
  check_digit: 'The check digit does not fit: a digit is wrong.',
  invalid_naf: 'This is no NAF code.',
  invalid_number: 'This is no number.',
  invalid_date: 'This is no date, or one that does not exist.',
  invalid_boolean: 'This is neither yes nor no.',
  invalid_value: 'The field does not take this value.',
  unknown_option: 'This is none of the options of the field.',
  unknown_member: 'No active member has this name or e-mail address.',
  unknown_record: 'There is no record with this name, address or ID.',
  several_records: 'Several records have this name or address. Write the ID of the one that is meant.',
} as const
export type CellFault = keyof typeof CELL_FAULTS

/** What can be wrong with a whole row. */
export const ROW_FAULTS = {
  too_many_cells: 'The row has more cells than there are columns.',
  nothing: 'Nothing in the row says who or what it is.',
  repeated: 'The same record stands further up in the file; the rows are taken together.',
  email_known: 'The e-mail address is that of another person. No two people have the same one.',
  email_taken: 'The e-mail address belongs to a record that you do not see or may not change.',
  read_only: 'The record may only be looked at.',
} as const
export type RowFault = keyof typeof ROW_FAULTS
