import { readFileSync } from 'node:fs'
import { generalErrors } from '#platform/errors.ts'
import { PASSWORD_MAX, PASSWORD_MIN } from './contract.ts'

/** Words that someone who knows the person would try first. */
export interface PasswordContext {
  readonly email: string
  readonly name: string
  readonly organizationName: string
}

const common: ReadonlySet<string> = new Set(
  readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter(word => word !== '' && !word.startsWith('#')),
)

const PRODUCT = ['millrace', 'password', 'passwort', 'motdepasse']

/** What must be left when every guessable word is taken out. */
const REST_MIN = 8
/** Shorter words appear inside good passwords by chance. */
const WORD_MIN = 4

/**
 * Checks a password that someone chooses. There are no rules of composition (OWASP ASVS 5.0, 6.2.5): it is
 * long enough, is not among the commonest, and is not made of what others know about the person. Throws
 * `request.invalid` that points at the password.
 */
export function checkNewPassword(password: string, context: PasswordContext): void {
  const fault = faultOf(password.normalize('NFC'), context)
  if (!fault) return
  throw generalErrors.invalid({ errors: [{ in: 'body', pointer: '/password', ...fault }] })
}

function faultOf(password: string, context: PasswordContext): { code: string; message: string } | undefined {
  const characters = [...password]
  if (characters.length < PASSWORD_MIN)
    return { code: 'too_small', message: `Use at least ${PASSWORD_MIN} characters.` }
  if (characters.length > PASSWORD_MAX)
    return { code: 'too_big', message: `Use at most ${PASSWORD_MAX} characters.` }
  const lower = password.toLowerCase()
  if (isCommon(lower) || isMonotonous(lower))
    return { code: 'password_common', message: 'This password is easy to guess. Try a few unrelated words.' }
  if (restWithout(contextWords(context), lower).length < REST_MIN)
    return {
      code: 'password_context',
      message: 'This password is made of your name, e-mail address or organization. Try unrelated words.',
    }
  return undefined
}

/** Also with digits and signs around it, and repeated: `Password2026!` and `dragondragon` are the same idea. */
function isCommon(lower: string): boolean {
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return [lower, core, repeatedUnit(lower), repeatedUnit(core)].some(word => common.has(word))
}

/** The shortest text whose repetition gives the whole. */
function repeatedUnit(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1)
  return at > 0 && at < text.length ? text.slice(0, at) : text
}

/** Few different characters, or a run along the alphabet or the digits. */
function isMonotonous(lower: string): boolean {
  const codes = [...lower].map(character => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  const sameStep = steps.filter((step, index) => Math.abs(step) <= 1 && step === steps[index - 1]).length
  return new Set(codes).size < 5 || sameStep >= codes.length - 4
}

function contextWords(context: PasswordContext): string[] {
  const given = [context.email, context.name, context.organizationName].join(' ').toLowerCase()
  const words = given.split(/[^\p{L}\p{N}]+/u).filter(word => [...word].length >= WORD_MIN)
  return [...PRODUCT, ...words].sort((a, b) => b.length - a.length)
}

function restWithout(words: readonly string[], lower: string): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ''), lower)
}
