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

/** What a problem of the API says on a page, by its code; undefined for one that no page is answered. */
export function wordsOfProblem(words: FormWords, code: string): string | undefined {
  switch (code) {
    case 'intake.sent_too_fast':
      return words.sentTooFast
    case 'intake.page_expired':
      return words.pageExpired
    case 'intake.token_invalid':
      return words.notRecognized
    case 'intake.submission_reused':
      return words.sentBefore
    case 'request.too_many':
      return words.tooManyPosts
    default:
      return undefined
  }
}
