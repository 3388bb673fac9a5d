import { Worker } from 'node:worker_threads'
import { type ReadFile, readWorkflowFile } from './file-format.ts'
import { type ReadN8n, readN8n } from './n8n/import-n8n.ts'

/** What is up to here is read in a few dozen milliseconds at worst, which is less than a thread takes to start. */
const SHORT_CHARACTERS = 30_000
const READ_MS = 10_000

export interface Reading {
  readonly kind: 'file' | 'n8n'
  readonly given: unknown
}

/** Reads the text of a file. YAML is slow to read, so a long one is read in a thread: nobody else waits for it. */
export async function readInThread(text: string): Promise<ReadFile> {
  if (text.length <= SHORT_CHARACTERS) return readWorkflowFile(text)
  const read = await inThread<ReadFile>({ kind: 'file', given: text })
  const message = 'The file takes too long to read. Write it as JSON.'
  return read ?? { workflow: null, problems: [{ message, path: [] }] }
}

/** Reads a workflow of n8n, a parsed one or its text: a large one in a thread, because the worst take seconds. */
export async function readN8nInThread(given: unknown): Promise<ReadN8n> {
  const length = typeof given === 'string' ? given.length : (JSON.stringify(given)?.length ?? 0)
  if (length <= SHORT_CHARACTERS) return readN8n(given)
  const read = await inThread<ReadN8n>({ kind: 'n8n', given })
  return read ?? { imported: null, problem: 'The workflow takes too long to read.' }
}

/** What the thread answers; null when it takes too long or more memory than it has. */
function inThread<Answer>(workerData: Reading): Promise<Answer | null> {
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), {
    workerData,
    env: {},
    argv: [],
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 },
  })
  return new Promise(resolve => {
    const end = (answer: Answer | null) => {
      clearTimeout(timer)
      resolve(answer)
      // How it ends is of no interest any more.
      worker.terminate().catch(() => {})
    }
    const timer = setTimeout(() => end(null), READ_MS)
    worker.on('message', (answer: Answer) => end(answer))
    worker.on('error', () => end(null))
    worker.on('exit', () => end(null))
  })
}
