/** A thread that reads one file and ends; see import-thread.ts. */

import { parentPort, workerData } from 'node:worker_threads'
import { readWorkflowFile } from './file-format.ts'
import type { Reading } from './import-thread.ts'
import { readN8n } from './n8n/import-n8n.ts'

const { kind, given } = workerData as Reading
parentPort?.postMessage(kind === 'n8n' ? readN8n(given) : readWorkflowFile(given as string))
