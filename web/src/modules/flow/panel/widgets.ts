import type { Named } from '#modules/flow/contract.ts'

/** One of the values a setting can have. */
export interface Option {
  readonly value: string
  readonly label: string
}

/** What a value of several kinds may be. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'null'

/** What a setting is entered with. */
export type Widget =
  /** A text with placeholders; `rows` above one for a text of several lines. */
  | { readonly as: 'template'; readonly rows: number; readonly isCode: boolean }
  /** A text without placeholders. */
  | { readonly as: 'text'; readonly example: string | undefined }
  | { readonly as: 'code' }
  | { readonly as: 'json' }
  | {
      readonly as: 'number'
      readonly min: number | undefined
      readonly max: number | undefined
      readonly isWhole: boolean
    }
  | { readonly as: 'switch' }
  | { readonly as: 'choice'; readonly options: readonly Option[] }
  | { readonly as: 'choices'; readonly options: readonly Option[] }
  /** An amount with a unit, and before or after where it has a direction. */
  | { readonly as: 'duration'; readonly units: readonly Option[]; readonly directions: readonly Option[] }
  | { readonly as: 'milliseconds'; readonly min: number; readonly max: number }
  | { readonly as: 'condition' }
  | { readonly as: 'schedule' }
  | { readonly as: 'zone' }
  | { readonly as: 'days' }
  | { readonly as: 'weekdays' }
  | { readonly as: 'value'; readonly kinds: readonly ValueKind[]; readonly isTemplate: boolean }
  /** Rows of a name and a value; names out of `names` where they are given, others too where they are not all. */
  | {
      readonly as: 'pairs'
      readonly names: readonly Option[]
      readonly isOpen: boolean
      readonly kinds: readonly ValueKind[]
      /** What one of them is called. */
      readonly one: string
      /** What values name, by the names they stand under. */
      readonly naming: Readonly<Record<string, Named>>
    }
  | { readonly as: 'texts'; readonly from: Named | undefined; readonly one: string }
  /** Entries with several settings each, in an order that counts. */
  | {
      readonly as: 'list'
      readonly fields: readonly Field[]
      readonly one: string
      /** Whether each has an id that edges go by and nobody has to see. */
      readonly hasId: boolean
      readonly most: number
    }
  | { readonly as: 'group'; readonly fields: readonly Field[] }
  /** One of several sets of settings. */
  | { readonly as: 'ways'; readonly ways: readonly Way[] }
  /** Something of the organization, by its id or, where it is free, also written out or filled in. */
  | { readonly as: 'pick'; readonly from: Named | { readonly setting: string }; readonly isFree: boolean }

/** A setting in a form. */
export interface Field {
  /** Its name where it stands; empty for the settings as a whole. */
  readonly name: string
  readonly label: string
  /** What it is for. */
  readonly about: string | undefined
  readonly isRequired: boolean
  /** What holds while it is not set. */
  readonly preset: unknown
  readonly widget: Widget
  /** Whether nothing better was found for its schema than the JSON text of the value. */
  readonly isFallback: boolean
}

/** One of several sets of settings and what an empty one begins with. */
export interface Way {
  readonly id: string
  readonly label: string
  readonly fields: readonly Field[]
  /** What tells this way by: members with a fixed value, and members that have to be there. */
  readonly fixed: Readonly<Record<string, unknown>>
  readonly keys: readonly string[]
  /** What it holds right after it was chosen. */
  readonly beginning: Readonly<Record<string, unknown>>
}
