import { getPublicForm, type PublicForm, submitForm } from '#modules/intake/contract.ts'
import { call, newKey } from '../../../shell/api.ts'

/** A sound answer to each question, so that an entry can be tried without typing. */
export function sampleAnswers(
  fields: PublicForm['fields'],
  person: { name: string; email: string },
): Record<string, string> {
  const answers: Record<string, string> = {}
  for (const field of fields) {
    switch (field.type) {
      case 'EMAIL':
        answers[field.key] = person.email
        break
      case 'PHONE':
        answers[field.key] = '+33 6 12 34 56 78'
        break
      case 'URL':
        answers[field.key] = 'https://example.com/'
        break
      case 'MULTI_SELECT':
        answers[field.key] = field.options.slice(0, field.validation?.min ?? 1).join('\n')
        break
      case 'CONSENT':
        // Nobody agrees to more by trying a form than it asks for.
        if (field.required) answers[field.key] = 'true'
        break
      case 'FILE':
      case 'HIDDEN':
        break
      case 'DROPDOWN':
        answers[field.key] = field.options[0] ?? ''
        break
      case 'NUMBER':
        answers[field.key] = String(field.validation?.min ?? 1)
        break
      case 'DATE':
        answers[field.key] = new Date().toISOString().slice(0, 10)
        break
      case 'CHECKBOX':
        answers[field.key] = 'true'
        break
      default:
        answers[field.key] = field.key === 'name' ? person.name : 'A test entry'
    }
  }
  return answers
}

/** Sends a form as a visitor would, in the name of the signed-in person, who then gets its letters. Throws `ProblemError`. */
export async function sendTestEntry(formKey: string, person: { name: string; email: string }): Promise<void> {
  const params = { formKey }
  const form = await call(getPublicForm, { params })
  const hex = newKey()
  const submissionId = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
  await call(submitForm, { params, body: { submissionId, answers: sampleAnswers(form.fields, person) } })
}
