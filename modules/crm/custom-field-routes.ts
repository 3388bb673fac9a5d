import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as custom from './custom-field-api.ts'
import { countUse, deleteField } from './custom-fields/deletion.ts'
import { changeField, createField, getField, listFields, orderFields } from './custom-fields/fields.ts'
import { customFieldsOf } from './custom-fields/values.ts'
import { listRecordFields } from './record-fields-api.ts'
import { recordKinds } from './record-kinds.ts'
import { READ_PERMISSION, requirePermission } from './record-permissions.ts'

/** Fields of records: those that are built in and those the organization adds. */
export const fieldRoutes: readonly Implemented[] = [
  implement(listRecordFields, async (ctx, { query: { object } }, http) => {
    requirePermission(http, READ_PERMISSION, object)
    const kind = recordKinds[object]
    const fields = kind.fieldsNow ? await kind.fieldsNow(ctx) : kind.fields
    return { items: [...fields, ...(await customFieldsOf(ctx, object))] }
  }),
  implement(custom.listCustomFields, async (ctx, { query: { object } }, http) => {
    requirePermission(http, READ_PERMISSION, object)
    return { items: await listFields(ctx, object) }
  }),
  implement(custom.orderCustomFields, async (ctx, { body }) => ({
    items: await orderFields(ctx, body.object, body.fieldIds),
  })),
  implement(custom.createCustomField, (ctx, { body }) => createField(ctx, body)),
  implement(custom.getCustomField, (ctx, { params }) => getField(ctx, params.fieldId)),
  implement(custom.getCustomFieldUse, (ctx, { params }) => countUse(ctx, params.fieldId)),
  implement(custom.changeCustomField, (ctx, { params, body }, http) =>
    changeField(ctx, params.fieldId, body, http.expected),
  ),
  implement(custom.deleteCustomField, async (ctx, { params, query }) => ({
    changeSetId: await deleteField(ctx, params.fieldId, query.deleteValues === 'true'),
  })),
]
