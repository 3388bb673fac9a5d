import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import {
  type Assignment,
  getAssignment as getAssignmentRoute,
  saveAssignment as saveAssignmentRoute,
} from './assignment-api.ts'
import { getAssignment, saveAssignment } from './settings.ts'

const atVersion = (found: Assignment) => new Versioned(found, String(found.version))

export const assignmentRoutes: readonly Implemented[] = [
  implement(getAssignmentRoute, async (ctx, { params }) =>
    atVersion(await getAssignment(ctx, params.workflowId)),
  ),
  implement(saveAssignmentRoute, async (ctx, { params, body }, http) =>
    atVersion(await saveAssignment(ctx, params.workflowId, body, http.expected)),
  ),
]
