import type { Kit } from '#platform/context.ts'
import type { FormLanguage } from '../definition/form-settings.ts'
import { filled } from '../definition/words/languages.ts'
import { readSignedId, signId } from '../signed-id.ts'
import type { FileRules } from './file-rules.ts'
import { uploadWords } from './upload-words.ts'

const PURPOSE = 'intake.upload'
const HANDLE = /^[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/

/** What an upload is called by whoever brought it: whoever knows it may send it with the form, and nothing else. */
export function handleOf(kit: Kit, formId: string, uploadId: string): string {
  return signId(kit, PURPOSE, formId, uploadId)
}

/** The upload a handle of this form names, or null. */
export function uploadOf(kit: Kit, formId: string, handle: string): string | null {
  return readSignedId(kit, PURPOSE, formId, handle)
}

type Outcome = { readonly value: string } | { readonly code: string; readonly message: string }

/** An answer of files as it is sent: their handles, in a list or one a line. Whether they lead anywhere is for `claimUploads` to say. */
export function fileAnswer(rules: FileRules, value: unknown, language: FormLanguage): Outcome | undefined {
  const given: unknown = typeof value === 'string' ? value.split('\n') : value
  const words = uploadWords[language]
  if (!Array.isArray(given)) return { code: 'wrong_type', message: words.gone }
  const handles = [...new Set<unknown>(given.filter(each => each !== ''))]
  if (handles.length === 0) return
  if (!handles.every(each => typeof each === 'string' && HANDLE.test(each))) {
    return { code: 'file_gone', message: words.gone }
  }
  return handles.length > rules.maxFiles
    ? { code: 'too_many', message: filled(words.tooMany, { count: rules.maxFiles }) }
    : { value: handles.join('\n') }
}
