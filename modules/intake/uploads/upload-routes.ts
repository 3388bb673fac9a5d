import { generalErrors } from '#platform/errors.ts'
import {
  type Http,
  type Implemented,
  implement,
  implementIncoming,
  implementPublic,
} from '#platform/http/handlers.ts'
import { admitsSite } from '../embed/allowed-sites.ts'
import { openPage } from '../form-token.ts'
import { assertReachableHere } from '../page/form-brand.ts'
import { postFilesPage } from '../page/page-routes.ts'
import { currentForm, openForm, type PublishedForm } from '../published-forms.ts'
import { deleteLeadUpload, listLeadUploads, readLeadUpload } from './lead-uploads.ts'
import { takeTurn } from './turns.ts'
import * as api from './upload-api.ts'
import { dropUpload, type FileField, takeUpload } from './uploads.ts'

async function formHere(http: Http, formKey: string): Promise<PublishedForm> {
  const form = openForm(await currentForm(http.kit, formKey))
  await assertReachableHere(http, form)
  return form
}

/** The routes of files: of forms that are being filled in, and of leads. */
export const uploadRoutes: readonly Implemented[] = [
  implementIncoming(
    api.uploadToForm,
    async (http, { params, query }, body) => {
      const form = await formHere(http, params.formKey)
      takeTurn(http.kit, form.formId, http.address)
      if (query.token !== undefined) openPage(http.kit, form.formId, query.token)
      const field = form.fields.find(({ key, type }) => key === query.field && type === 'FILE')
      if (!field) throw generalErrors.not_found()
      const { length } = body
      return takeUpload(http.kit, form, field as FileField & { id: string }, {
        name: query.name,
        length,
        chunks: body.chunks(),
      })
    },
    { admits: admitsSite },
  ),
  implementPublic(
    api.dropFromForm,
    async (http, { params }) => {
      await dropUpload(http.kit, await formHere(http, params.formKey), params.upload)
      return undefined
    },
    { admits: admitsSite },
  ),
  implementIncoming(api.postFormWithFiles, (http, { params }, body) =>
    postFilesPage(http, params.formKey, body),
  ),
  implement(api.listLeadUploads, (ctx, { params }) => listLeadUploads(ctx, params.leadId)),
  implement(api.readLeadUpload, (ctx, { params, query }) =>
    readLeadUpload(ctx, params.leadUploadId, query.show),
  ),
  implement(api.deleteLeadUpload, async (ctx, { params }) => {
    await deleteLeadUpload(ctx, params.leadUploadId)
    return undefined
  }),
]
