import type { FieldType } from '#modules/intake/contract.ts'

export interface Condition {
  /** The key of a field further up. */
  readonly field: string
  readonly operator: string
  readonly value?: string | undefined
}
export interface Visibility {
  readonly match?: 'all' | 'any' | undefined
  readonly conditions: readonly Condition[]
}
export interface Prefill {
  readonly parameter?: string | undefined
  readonly value?: string | undefined
}

/** A field while it is edited: it may still lack what is asked of a published one. Settings not named here are kept. */
export interface DraftField {
  readonly key: string
  readonly type: FieldType
  readonly label: string
  readonly help: string
  readonly required: boolean
  /** From 0. */
  readonly page: number
  readonly validation: Readonly<Record<string, unknown>>
  readonly options?: readonly string[] | undefined
  readonly visibleWhen?: Visibility | undefined
  readonly prefill?: Prefill | undefined
  /** What is agreed to, of a consent. */
  readonly text?: string | undefined
  /** The use of their data that is agreed to, of a consent; null for other things. */
  readonly purpose?: string | null | undefined
}

export interface DraftPage {
  readonly title: string
  readonly text: string
}

/** A form while it is edited. */
export interface Draft {
  readonly name: string
  readonly title: string
  readonly intro: string
  readonly submitLabel: string
  readonly thankYouTitle: string
  readonly thankYouText: string
  readonly redirectUrl: string | null
  readonly language: string
  readonly pages: readonly DraftPage[]
  readonly theme: {
    readonly appearance: 'auto' | 'light' | 'dark'
    readonly accentColor: string | null
    readonly pageColor: string | null
  }
  readonly embed: { readonly allowedHosts: readonly string[] }
  readonly keepsPartials: boolean
  readonly partialsText: string
  readonly fields: readonly DraftField[]
}

/** What is changed in a draft, and the sentence that says it. */
export interface DraftEdit {
  readonly draft: Draft
  readonly words: string
  /** The field that is open afterwards, null for none; left out, the one that is. */
  readonly open?: string | null | undefined
  /** The key that a field had and the one that it has now. */
  readonly renamed?: readonly [from: string, to: string] | undefined
  /** The same for changes that belong together, such as the letters of one word. */
  readonly mark?: string | undefined
}
