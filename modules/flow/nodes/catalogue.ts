import type { NodeType } from '../node-type.ts'
import { condition } from './condition.ts'
import { formSubmitted } from './form-submitted.ts'
import { httpRequest } from './http-request.ts'
import { manual } from './manual.ts'
import { notify } from './notify.ts'
import { schedule } from './schedule.ts'
import { sendEmail } from './send-email.ts'
import { setFields } from './set-fields.ts'
import { wait } from './wait.ts'

/** Node types by name. */
export type NodeTypes = ReadonlyMap<string, NodeType>

/** Every kind of node there is, in the order of the palette. */
export const nodeTypes: NodeTypes = new Map<string, NodeType>(
  [formSubmitted, manual, schedule, condition, wait, setFields, sendEmail, httpRequest, notify].map(
    nodeType => [nodeType.type, nodeType],
  ),
)
