import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** The country of numbers that do not say theirs, where nothing better is known. */
const COUNTRY = 'FR'
const TEXT_MAX = 60

/**
 * A phone number as E.164, such as `+33612345678`, whatever it was written like; null for what is none. `country` is that of
 * numbers without a country code, in two letters. An extension is left out.
 */
export function normalizePhone(text: string, country: string = COUNTRY): string | null {
  const parsed = parse(text, country)
  return parsed?.number ?? null
}

/**
 * A phone number as it is stored: E.164 when it is one without an extension, otherwise what was typed. A number that we
 * cannot read may still be one, and nobody else has it. Null for nothing.
 */
export function storedPhone(text: string | null | undefined, country: string = COUNTRY): string | null {
  const typed = text?.trim() ?? ''
  if (typed === '') return null
  const parsed = parse(typed, country)
  return parsed && !parsed.ext ? parsed.number : typed
}

function parse(text: string, country: string) {
  if (text.length > TEXT_MAX) return null
  const known = country.toUpperCase()
  const defaultCountry: CountryCode = isSupportedCountry(known) ? known : COUNTRY
  // What follows 00 is a country code nearly everywhere, and files are full of it.
  const written = text
    .replace(/[\s\u200B-\u200F\u202A-\u202E\u2060]+/g, ' ')
    .trim()
    .replace(/^\(?00(?=[1-9])/, '+')
  const parsed = parsePhoneNumberFromString(written, { defaultCountry, extract: false })
  return parsed?.isValid() ? parsed : null
}
