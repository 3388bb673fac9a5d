import type { NodeRunner, NodeRunners } from '../node-run.ts'
import { approvalRunner } from './approval.run.ts'
import { changeTagsRunner } from './change-tags.run.ts'
import { codeRunner } from './code.run.ts'
import { completeTaskRunner } from './complete-task.run.ts'
import { conditionRunner } from './condition.run.ts'
import { createActivityRunner } from './create-activity.run.ts'
import { createCompanyRunner } from './create-company.run.ts'
import { createDealRunner } from './create-deal.run.ts'
import { createPersonRunner } from './create-person.run.ts'
import { dateMathRunner } from './date-math.run.ts'
import { eventRunner } from './event.run.ts'
import { failRunner } from './fail.run.ts'
import { filterRunner } from './filter.run.ts'
import { findRecordsRunner } from './find-records.run.ts'
import { formatRunner } from './format.run.ts'
import { httpRequestRunner } from './http-request.run.ts'
import { importedStepRunner } from './imported-step.run.ts'
import { lookupRunner } from './lookup.run.ts'
import { loopRunner } from './loop.run.ts'
import { mergeRunner } from './merge.run.ts'
import { moveLeadRunner } from './move-lead.run.ts'
import { notifyRunner } from './notify.run.ts'
import { randomSplitRunner } from './random-split.run.ts'
import { repeatRunner } from './repeat.run.ts'
import { scheduleRunner } from './schedule.run.ts'
import { sendEmailRunner } from './send-email.run.ts'
import { setFieldsRunner } from './set-fields.run.ts'
import { stopRunner } from './stop.run.ts'
import { subWorkflowRunner } from './sub-workflow.run.ts'
import { switchRunner } from './switch.run.ts'
import { takeTurnsRunner } from './take-turns.run.ts'
import { formSubmittedRunner, manualRunner } from './triggers.run.ts'
import { updateCompanyRunner } from './update-company.run.ts'
import { updateDealRunner } from './update-deal.run.ts'
import { updatePersonRunner } from './update-person.run.ts'
import { waitRunner } from './wait.run.ts'
import { waitForEventRunner } from './wait-for-event.run.ts'
import { webhookRunner } from './webhook.run.ts'

/** How every kind of node in the catalogue runs. */
export const nodeRunners: NodeRunners = new Map<string, NodeRunner>(
  [
    formSubmittedRunner,
    manualRunner,
    scheduleRunner,
    conditionRunner,
    switchRunner,
    randomSplitRunner,
    filterRunner,
    mergeRunner,
    loopRunner,
    repeatRunner,
    subWorkflowRunner,
    approvalRunner,
    stopRunner,
    failRunner,
    waitRunner,
    waitForEventRunner,
    webhookRunner,
    eventRunner,
    setFieldsRunner,
    formatRunner,
    dateMathRunner,
    codeRunner,
    sendEmailRunner,
    httpRequestRunner,
    notifyRunner,
    moveLeadRunner,
    createPersonRunner,
    updatePersonRunner,
    createCompanyRunner,
    updateCompanyRunner,
    createDealRunner,
    updateDealRunner,
    createActivityRunner,
    completeTaskRunner,
    changeTagsRunner,
    lookupRunner,
    findRecordsRunner,
    takeTurnsRunner,
    importedStepRunner,
  ].map(runner => [runner.type, runner]),
)
