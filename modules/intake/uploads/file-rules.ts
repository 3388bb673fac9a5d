/** What files a field of a form takes. Browser-safe. */

import { z } from 'zod'

export const FileKind = z.enum(['image', 'pdf', 'document', 'spreadsheet', 'presentation', 'text', 'archive'])
export type FileKind = z.output<typeof FileKind>

/** The types that the first bytes of a file can speak for, and the endings that a browser offers for them. */
const KINDS: Readonly<
  Record<FileKind, { readonly types: readonly string[]; readonly endings: readonly string[] }>
> = {
  image: {
    types: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/heic'],
    endings: ['.png', '.jpg', '.jpeg', '.gif', '.webp', '.heic'],
  },
  pdf: { types: ['application/pdf'], endings: ['.pdf'] },
  document: {
    types: [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.oasis.opendocument.text',
      'application/msword',
    ],
    endings: ['.docx', '.odt', '.doc'],
  },
  spreadsheet: {
    types: [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.oasis.opendocument.spreadsheet',
      'application/vnd.ms-excel',
    ],
    endings: ['.xlsx', '.ods', '.xls'],
  },
  presentation: {
    types: [
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      'application/vnd.ms-powerpoint',
    ],
    endings: ['.pptx', '.ppt'],
  },
  text: { types: ['text/plain'], endings: ['.txt', '.csv', '.md'] },
  archive: { types: ['application/zip', 'application/gzip'], endings: ['.zip', '.gz'] },
}

/** The most files one field takes. */
export const FILES_MAX = 10

export const FileRules = z.strictObject({
  maxFiles: z.number().int().min(1).max(FILES_MAX).default(1),
  maxMegabytes: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Of each file. The installation may allow less. All files of a form may have 100 MB.'),
  kinds: z
    .array(FileKind)
    .min(1)
    .max(FileKind.options.length)
    .default(['image', 'pdf', 'document'])
    .describe('By what the first bytes of a file say, whatever it is called.'),
})
export type FileRules = z.output<typeof FileRules>

/** Whether a file of this type is of one of the kinds. */
export function isOfKind(type: string, kinds: readonly FileKind[]): boolean {
  return kinds.some(kind => KINDS[kind].types.includes(type))
}

/** What a browser offers to choose from. */
export function acceptOf(kinds: readonly FileKind[]): string {
  return kinds.flatMap(kind => KINDS[kind].endings).join(',')
}
