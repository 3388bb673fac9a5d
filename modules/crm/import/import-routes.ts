import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { Answer, type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import { cancelImport, changeImport, pauseImport, resumeImport, startImport } from './import-acts.ts'
import {
  cancelImport as cancelImportRoute,
  changeImport as changeImportRoute,
  createImport as createImportRoute,
  getImport as getImportRoute,
  importRejects,
  listImportFields,
  listImports as listImportsRoute,
  pauseImport as pauseImportRoute,
  previewImport as previewImportRoute,
  resumeImport as resumeImportRoute,
  startImport as startImportRoute,
  uploadImport,
} from './import-api.ts'
import { type ImportField, importFields } from './import-fields.ts'
import { createImport, getImport, listImports, readImport } from './imports.ts'
import { mayImport } from './in-name-of.ts'
import { previewImport } from './preview.ts'
import { rejectsFile } from './rejects.ts'
import { receivePart } from './upload.ts'

/** Importing alone writes nothing: whoever runs an import may also write what it makes. */
async function requireWriting(ctx: Context, importId: string, http: Http): Promise<void> {
  const { object } = await readImport(ctx, importId)
  if (!mayImport(object, permission => http.principal?.can(permission as 'people:write') ?? false))
    throw generalErrors.forbidden()
}

function fieldOption({ key, label, part, kind, custom }: ImportField) {
  const of = custom?.kind ?? kind
  return {
    key,
    label,
    of: part === 'company' ? ('company' as const) : ('person' as const),
    isDate: of === 'date',
    isNumber: of === 'number' || of === 'money' || of === 'share',
    isSelect: of === 'select' || of === 'multi_select',
  }
}

export const importRoutes: readonly Implemented[] = [
  implement(listImportFields, async (ctx, { query }) => ({
    items: (await importFields(ctx, query.object)).map(fieldOption),
  })),
  implement(listImportsRoute, (ctx, { query }) => listImports(ctx, query)),
  implement(getImportRoute, (ctx, { params }) => getImport(ctx, params.importId)),
  implement(createImportRoute, async (ctx, { body }) => getImport(ctx, await createImport(ctx, body))),
  implement(uploadImport, async (ctx, { params, query }, http) => {
    await receivePart(ctx, params.importId, query.offset, http.rawBody)
    return getImport(ctx, params.importId)
  }),
  implement(changeImportRoute, async (ctx, { params, body }) => {
    await changeImport(ctx, params.importId, body)
    return getImport(ctx, params.importId)
  }),
  implement(previewImportRoute, async (ctx, { params }) => ({
    rows: await previewImport(ctx, params.importId),
  })),
  implement(startImportRoute, async (ctx, { params }, http) => {
    await requireWriting(ctx, params.importId, http)
    await startImport(ctx, params.importId)
    return getImport(ctx, params.importId)
  }),
  implement(pauseImportRoute, async (ctx, { params }) => {
    await pauseImport(ctx, params.importId)
    return getImport(ctx, params.importId)
  }),
  implement(resumeImportRoute, async (ctx, { params }, http) => {
    await requireWriting(ctx, params.importId, http)
    await resumeImport(ctx, params.importId)
    return getImport(ctx, params.importId)
  }),
  implement(cancelImportRoute, async (ctx, { params }) => {
    await cancelImport(ctx, params.importId)
    return getImport(ctx, params.importId)
  }),
  implement(importRejects, async (ctx, { params }) => {
    const { name, body } = await rejectsFile(ctx, params.importId)
    return new Answer(200, body, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    })
  }),
]
