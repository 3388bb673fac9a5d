import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import { renderPreview } from '../page/preview.ts'
import * as api from './draft-api.ts'
import { discardDraft, getDraft, publishDraft, restoreVersion, saveDraft, setOpen } from './drafts.ts'
import { deleteField, listFields, restoreField } from './field-lives.ts'
import { getVersion, listVersions } from './form-versions.ts'

async function atRevision(draft: Promise<api.FormDraft>): Promise<Versioned<api.FormDraft>> {
  const written = await draft
  return new Versioned(written, String(written.revision))
}

/** What is answered about drafts, versions and fields of forms. */
export const draftRoutes: readonly Implemented[] = [
  implement(api.getFormDraft, (ctx, { params }) => atRevision(getDraft(ctx, params.workflowId))),
  implement(api.saveFormDraft, (ctx, { params, body }, { expected }) =>
    atRevision(saveDraft(ctx, params.workflowId, body, expected)),
  ),
  implement(api.discardFormDraft, (ctx, { params }, { expected }) =>
    atRevision(discardDraft(ctx, params.workflowId, expected)),
  ),
  implement(api.previewFormDraft, (ctx, { params, query }) =>
    renderPreview(ctx, params.workflowId, { isThanks: query.thanks === 'true' }),
  ),
  implement(api.publishForm, (ctx, { params }, { expected }) =>
    atRevision(publishDraft(ctx, params.workflowId, expected)),
  ),
  implement(api.closeForm, (ctx, { params }, { expected }) =>
    atRevision(setOpen(ctx, params.workflowId, false, expected)),
  ),
  implement(api.reopenForm, (ctx, { params }, { expected }) =>
    atRevision(setOpen(ctx, params.workflowId, true, expected)),
  ),
  implement(api.listFormVersions, (ctx, { params, query }) => listVersions(ctx, params.workflowId, query)),
  implement(api.getFormVersion, (ctx, { params }) => getVersion(ctx, params.workflowId, params.number)),
  implement(api.restoreFormVersion, (ctx, { params }, { expected }) =>
    atRevision(restoreVersion(ctx, params.workflowId, params.number, expected)),
  ),
  implement(api.listFormFields, (ctx, { params }) => listFields(ctx, params.workflowId)),
  implement(api.restoreFormField, (ctx, { params }, { expected }) =>
    atRevision(restoreField(ctx, params.workflowId, params.fieldKey, expected)),
  ),
  implement(api.deleteFormField, async (ctx, { params, query }) => {
    await deleteField(ctx, params.workflowId, params.fieldKey, query.confirm)
    return undefined
  }),
]
