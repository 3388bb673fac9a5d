/** A thread that reads one file and ends; see file-thread.ts. */

import { parentPort, workerData } from 'node:worker_threads'
import { readWorkflowFile } from './file-format.ts'

parentPort?.postMessage(readWorkflowFile(workerData as string))
