import type { NodeType } from '../node-type.ts'
import { approval } from './approval.ts'
import { changeTags } from './change-tags.ts'
import { code } from './code.ts'
import { completeTask } from './complete-task.ts'
import { condition } from './condition.ts'
import { createActivity } from './create-activity.ts'
import { createCompany } from './create-company.ts'
import { createDeal } from './create-deal.ts'
import { createPerson } from './create-person.ts'
import { dateMath } from './date-math.ts'
import { event } from './event.ts'
import { fail } from './fail.ts'
import { filter } from './filter.ts'
import { findRecords } from './find-records.ts'
import { formSubmitted } from './form-submitted.ts'
import { format } from './format.ts'
import { httpRequest } from './http-request.ts'
import { importedStep } from './imported-step.ts'
import { lookup } from './lookup.ts'
import { loop } from './loop.ts'
import { manual } from './manual.ts'
import { merge } from './merge.ts'
import { moveLead } from './move-lead.ts'
import { notify } from './notify.ts'
import { randomSplit } from './random-split.ts'
import { repeat } from './repeat.ts'
import { schedule } from './schedule.ts'
import { sendEmail } from './send-email.ts'
import { setFields } from './set-fields.ts'
import { stop } from './stop.ts'
import { subWorkflow } from './sub-workflow.ts'
import { switchNode } from './switch.ts'
import { takeTurns } from './take-turns.ts'
import { updateCompany } from './update-company.ts'
import { updateDeal } from './update-deal.ts'
import { updatePerson } from './update-person.ts'
import { wait } from './wait.ts'
import { waitForEvent } from './wait-for-event.ts'
import { webhook } from './webhook.ts'

/** Node types by name. */
export type NodeTypes = ReadonlyMap<string, NodeType>

/** Every kind of node there is, in the order of the palette. */
export const nodeTypes: NodeTypes = new Map<string, NodeType>(
  [
    formSubmitted,
    webhook,
    event,
    schedule,
    manual,
    condition,
    switchNode,
    randomSplit,
    filter,
    merge,
    loop,
    repeat,
    subWorkflow,
    wait,
    waitForEvent,
    approval,
    setFields,
    format,
    dateMath,
    code,
    sendEmail,
    httpRequest,
    notify,
    moveLead,
    createPerson,
    updatePerson,
    createCompany,
    updateCompany,
    createDeal,
    updateDeal,
    createActivity,
    completeTask,
    changeTags,
    lookup,
    findRecords,
    takeTurns,
    stop,
    fail,
    importedStep,
  ].map(nodeType => [nodeType.type, nodeType]),
)
