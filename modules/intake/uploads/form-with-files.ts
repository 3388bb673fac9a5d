import type { FieldProblem } from '#platform/contract/problem.ts'
import { AppError, generalErrors } from '#platform/errors.ts'
import type { Http, IncomingBody } from '#platform/http/handlers.ts'
import { type Part, readMultipart, readValue } from '#platform/http/multipart.ts'
import { filled } from '../definition/words/languages.ts'
import { isPageOpen } from '../form-token.ts'
import type { PublishedForm } from '../published-forms.ts'
import { takeTurn } from './turns.ts'
import { uploadWords } from './upload-words.ts'
import { type FileField, fileProblem, takeUpload } from './uploads.ts'

const VALUE_BYTES_MAX = 50_000
const VALUES_BYTES_MAX = 2_000_000

/** A form that a browser sent whole. */
export interface SentForm {
  /** As of a form without files; a field of files has the handles of those that were taken. */
  readonly body: Readonly<Record<string, string | readonly string[]>>
  /** What was wrong with files that were not taken. */
  readonly problems: readonly FieldProblem[]
}

/** The names of the hidden fields, which stand before all others. */
export interface OwnFields {
  readonly token: string
  readonly trap: string
}

/**
 * Reads a form with its files, which are taken in as they come: only for a page of ours, and none of somebody who has filled in the
 * trap. Throws `request.malformed` for what is no form.
 */
export async function readFormWithFiles(
  http: Http,
  form: PublishedForm,
  incoming: IncomingBody,
  own: OwnFields,
): Promise<SentForm> {
  const values = new Map<string, string[]>()
  const problems: FieldProblem[] = []
  let size = 0
  const note = (name: string, value: string) => {
    const before = values.get(name)
    if (before) before.push(value)
    else values.set(name, [value])
  }
  for await (const part of readMultipart(incoming.contentType, incoming.chunks())) {
    if (part.fileName === null) {
      const value = await readValue(part, VALUE_BYTES_MAX)
      size += value.length
      if (size > VALUES_BYTES_MAX) throw generalErrors.malformed({ detail: 'The form is too long.' })
      note(part.name, value)
      continue
    }
    const field = form.fields.find(({ key, type }) => key === part.name && type === 'FILE')
    const isTrapped = (values.get(own.trap) ?? []).some(text => text !== '')
    if (!field || part.fileName === '' || isTrapped) continue
    // Where it comes from no page of ours, that is said once the answers are here, and they are shown again.
    if (!isPageOpen(http.kit, form.formId, values.get(own.token)?.[0] ?? '')) continue
    const taken = await takePart(
      http,
      form,
      field as FileField & { id: string },
      part,
      values.get(field.key) ?? [],
    )
    if (typeof taken === 'string') note(field.key, taken)
    else problems.push(...taken)
  }
  const body = Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]),
  )
  return { body, problems }
}

/** The handle of a file that was taken, or what is wrong with it. */
async function takePart(
  http: Http,
  form: PublishedForm,
  field: FileField & { readonly id: string },
  { fileName, chunks }: Part,
  before: readonly string[],
): Promise<string | readonly FieldProblem[]> {
  const count = field.validation.maxFiles
  if (before.length >= count) {
    return [fileProblem(field.key, 'too_many', filled(uploadWords[form.language].tooMany, { count }))]
  }
  try {
    takeTurn(http.kit, form.formId, http.address)
    const { upload } = await takeUpload(http.kit, form, field, {
      name: fileName ?? '',
      length: undefined,
      chunks,
    })
    return upload
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === generalErrors.invalid().code) return error.errors ?? []
    if (error.code === generalErrors.too_many({ retryAfterS: 1 }).code) {
      return [fileProblem(field.key, 'no_room', uploadWords[form.language].full)]
    }
    throw error
  }
}
