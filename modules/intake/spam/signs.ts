import type { FormField } from '../form-definition.ts'

/** Something about a submission that people who mean it seldom do. */
export interface Sign {
  readonly code: string
  /** What it is, in a sentence for the members of the organization. */
  readonly words: string
  /** How much it weighs; see `judge.ts`. */
  readonly points: number
}

/** What a count weighs: `points` for 0, 1, 2 and so on; more than the last count like the last. */
export function rated(count: number, points: readonly number[]): number {
  return points[Math.min(count, points.length - 1)] ?? 0
}

/**
 * How a submission came: sent by the script of a page, as a plain form post by a browser without it, or by a program that
 * did not open a page.
 */
export type Channel = 'script' | 'plain' | 'program'

/** How a submission was sent, as far as the request tells. */
export interface Manner {
  readonly channel: Channel
  /** Since the page was made, in milliseconds; null without a token. */
  readonly ageMs: number | null
  /** The field that nobody sees was filled in. */
  readonly isTrapped: boolean
  /** Controls of the page that a browser always sends and that did not come, for a plain post. */
  readonly missing: readonly string[]
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** A proof of work for this page came along and is right. */
  readonly isProven: boolean
  /** What the widget of a captcha gave; null when nothing came. */
  readonly captcha: string | null
}

/** What somebody typed into a form, apart by how much room they were given for it. */
export interface Typed {
  readonly email: string
  readonly name: string
  /** Answers of one line, without those that ask for an address of a page. */
  readonly lines: readonly string[]
  /** Answers of several lines, without those that say what the form itself filled in. */
  readonly texts: readonly string[]
}

const ASKS_FOR_LINK = /site|web|url|link|domain|page|portfolio|profil|blog|shop|store/i

/** Sorts the answers of a form by what was typed how. What is chosen from a list says nothing about who chose it. */
export function typedIn(
  fields: readonly FormField[],
  answers: Readonly<Record<string, string>>,
  who: { readonly email: string; readonly name: string },
): Typed {
  const lines: string[] = []
  const texts: string[] = []
  for (const field of fields) {
    const answer = answers[field.key]
    if (answer === undefined || (field.type !== 'TEXT' && field.type !== 'LONG_TEXT')) continue
    if (field.prefill?.value?.trim() === answer.trim()) continue
    const hasRoom = field.type === 'LONG_TEXT' || field.validation.multiline === true
    if (hasRoom) texts.push(answer)
    else if (!ASKS_FOR_LINK.test(`${field.key} ${field.label}`)) lines.push(answer)
  }
  return { ...who, lines, texts }
}
