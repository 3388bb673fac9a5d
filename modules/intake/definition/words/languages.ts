import type { FormLanguage } from '../form-settings.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import type { FormWords } from './form-words.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { nl } from './nl.ts'
import { pt } from './pt.ts'

const languages: Readonly<Record<FormLanguage, FormWords>> = { en, fr, de, es, it, nl, pt }

/** What a page in this language says by itself. */
export function wordsIn(language: FormLanguage): FormWords {
  return languages[language]
}

/** A text with values in the places that are named in it. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

/** What problems of the API say on a page, by their codes; others are not answered to a page, or say what is wrong by themselves. */
export function wordsByProblem(words: FormWords): Readonly<Record<string, string>> {
  return {
    'intake.sent_too_fast': words.sentTooFast,
    'intake.page_expired': words.pageExpired,
    'intake.token_invalid': words.notRecognized,
    'intake.submission_reused': words.sentBefore,
    'intake.form_closed': words.closed,
    'request.too_many': words.tooManyPosts,
  }
}

/** What one problem of the API says on a page. */
export function wordsOfProblem(words: FormWords, code: string): string | undefined {
  const known = wordsByProblem(words)
  return Object.hasOwn(known, code) ? known[code] : undefined
}
