import type { NodeRunner, NodeRunners } from '../node-run.ts'
import { conditionRunner } from './condition.run.ts'
import { httpRequestRunner } from './http-request.run.ts'
import { notifyRunner } from './notify.run.ts'
import { scheduleRunner } from './schedule.run.ts'
import { sendEmailRunner } from './send-email.run.ts'
import { setFieldsRunner } from './set-fields.run.ts'
import { formSubmittedRunner, manualRunner } from './triggers.run.ts'
import { waitRunner } from './wait.run.ts'

/** How every kind of node in the catalogue runs. */
export const nodeRunners: NodeRunners = new Map<string, NodeRunner>(
  [
    formSubmittedRunner,
    manualRunner,
    scheduleRunner,
    conditionRunner,
    waitRunner,
    setFieldsRunner,
    sendEmailRunner,
    httpRequestRunner,
    notifyRunner,
  ].map(runner => [runner.type, runner]),
)
