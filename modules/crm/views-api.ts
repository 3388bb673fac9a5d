import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { FILTER_TEXT_MAX } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from './record-api.ts'

export const ViewType = z.enum(['table', 'board', 'calendar'])
export type ViewType = z.output<typeof ViewType>

/** Who uses a view: its owner; everybody; everybody, with its owner and admins alone changing it. */
export const ViewVisibility = z.enum(['personal', 'shared', 'locked'])
export type ViewVisibility = z.output<typeof ViewVisibility>

const FieldKey = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,119}$/)
  .meta({ example: 'lifecycleStage' })

const ViewColumn = z.strictObject({
  key: FieldKey.describe('A field of the record.'),
  width: z.int().min(48).max(1_200).optional().describe('In pixels; the natural width when left out.'),
  total: z
    .enum(['none', 'sum', 'average', 'filled', 'empty'])
    .optional()
    .describe('What stands under the column; left out, what suits the field.'),
})

/** What of a list a view says. What is left out is as the list has it by itself. */
export const ViewSettings = z
  .strictObject({
    columns: z.array(ViewColumn).max(100).optional().describe('In their order.'),
    filter: z
      .string()
      .max(FILTER_TEXT_MAX)
      .optional()
      .describe('As the list takes it, with `me` for the reader and days as theirs.'),
    search: z.string().trim().max(200).optional(),
    sort: z.string().max(200).optional(),
    groupBy: FieldKey.optional(),
    collapsed: z
      .array(z.string().max(200))
      .max(200)
      .optional()
      .describe('Groups that are shut, by their value.'),
    density: z.enum(['compact', 'comfortable']).optional(),
    boardField: FieldKey.optional().describe('The field whose values are the columns of a board.'),
    calendarField: FieldKey.optional().describe('The day a record stands on in a calendar.'),
    pipelineId: Id.optional().describe('The pipeline of a board of deals.'),
  })
  .meta({ id: 'ViewSettings' })
export type ViewSettings = z.output<typeof ViewSettings>

export const View = z
  .object({
    id: Id,
    object: RecordObject,
    name: z.string(),
    icon: z.string().nullable(),
    type: ViewType,
    settings: ViewSettings,
    visibility: ViewVisibility,
    ownerUserId: Id.nullable(),
    isMine: z.boolean(),
    mayChange: z.boolean().describe('Whether the caller may change and delete it.'),
    isPinned: z.boolean().describe('Whether it is among the caller’s tabs.'),
    place: z.int().describe('Its place among the caller’s views, the smallest first.'),
    isDefault: z.boolean().describe('Whether the caller’s list opens with it.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'View' })
export type View = z.output<typeof View>

const ViewBody = z.strictObject({
  name: line(100),
  icon: z.string().trim().max(40).nullable(),
  type: ViewType,
  settings: ViewSettings,
  visibility: ViewVisibility,
})

export const listViews = defineRoute({
  id: 'crm.view.list',
  method: 'GET',
  path: '/v1/views',
  summary: 'List the views of an object that the caller uses, in the caller’s order',
  access: 'views:read',
  query: PageQuery.extend({ object: RecordObject }),
  response: pageOf(View),
})

export const getView = defineRoute({
  id: 'crm.view.get',
  method: 'GET',
  path: '/v1/views/:viewId',
  summary: 'Read one view',
  access: 'views:read',
  params: z.strictObject({ viewId: Id }),
  response: View,
  versioned: true,
})

export const createView = defineRoute({
  id: 'crm.view.create',
  method: 'POST',
  path: '/v1/views',
  summary: 'Save how a list is looked at as a view',
  description: 'Everybody may save views of their own. One for others asks for `views:write`.',
  access: 'views:read',
  body: ViewBody.partial().extend({ object: RecordObject, name: line(100) }),
  response: View,
  status: 201,
  errors: ['crm.view_for_person', 'crm.too_many_views'],
})

export const changeView = defineRoute({
  id: 'crm.view.update',
  method: 'PATCH',
  path: '/v1/views/:viewId',
  summary: 'Change a view',
  description:
    'What is left out stays; `settings` are replaced as a whole. A shared view asks for `views:write`, a locked one for its owner or an admin.',
  access: 'views:read',
  params: z.strictObject({ viewId: Id }),
  body: ViewBody.partial(),
  response: View,
  versioned: true,
  errors: ['crm.view_locked', 'crm.view_for_person'],
})

export const deleteView = defineRoute({
  id: 'crm.view.delete',
  method: 'DELETE',
  path: '/v1/views/:viewId',
  summary: 'Delete a view; the records stay as they are',
  access: 'views:read',
  params: z.strictObject({ viewId: Id }),
  status: 204,
  errors: ['crm.view_locked'],
})

export const markView = defineRoute({
  id: 'crm.view.mark',
  method: 'PUT',
  path: '/v1/views/:viewId/mark',
  summary: 'Say what a view is to the caller: pinned, where, and whether the list opens with it',
  description: 'What is left out stays. One view of an object at most opens by itself.',
  access: 'views:read',
  params: z.strictObject({ viewId: Id }),
  body: z.strictObject({
    isPinned: z.boolean().optional(),
    place: z.int().min(0).max(100_000).optional(),
    isDefault: z.boolean().optional(),
  }),
  response: View,
  errors: ['crm.view_for_person'],
})

export const viewChanged = defineEvent({
  type: 'view.changed',
  version: 1,
  payload: z.strictObject({ viewId: Id, object: RecordObject }),
  summary: 'A view of a list was saved, changed or deleted',
})
