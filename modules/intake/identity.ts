import type { FormField } from './form-definition.ts'

const NAME_MAX = 200

/** Who sent a form, as far as the answers say. */
export interface Identity {
  /** The answer to the first e-mail field, which every form has and requires. */
  readonly email: string
  /** The name to show; the address when the form asks for none. One line, at most 200 characters. */
  readonly name: string
  /** What the person is called and reached by, for `crm`. */
  readonly person: {
    readonly fullName?: string | undefined
    readonly firstName?: string | undefined
    readonly lastName?: string | undefined
    readonly phone?: string | undefined
  }
}

/**
 * Reads who answered. Fields say what they mean by their keys: `name` or `full_name`, `first_name`, `last_name`,
 * `phone`; the first phone field that was answered is one too.
 */
export function identityOf(
  fields: readonly FormField[],
  answers: Readonly<Record<string, string>>,
): Identity {
  const email = answers[fields.find(field => field.type === 'EMAIL')?.key ?? '']
  if (email === undefined) throw new Error('A form without a required e-mail field was published.')
  const [firstName, lastName] = [answers.first_name, answers.last_name]
  const fullName = answers.name ?? answers.full_name
  const name = nameLine(fullName ?? '') || nameLine([firstName, lastName].filter(Boolean).join(' '))
  const called = fields.find(({ key, type }) => type === 'PHONE' && answers[key] !== undefined)
  const phone = answers.phone ?? answers[called?.key ?? '']
  return { email, name: name || email, person: { fullName, firstName, lastName, phone } }
}

/** A name on one line, cut between characters. The answer itself is kept as it was typed. */
function nameLine(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  return line.length <= NAME_MAX ? line : [...line].slice(0, NAME_MAX).join('')
}
