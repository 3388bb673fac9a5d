import { Worker } from 'node:worker_threads'
import { type ReadFile, readWorkflowFile } from './file-format.ts'

/** A text up to here is read in a few dozen milliseconds at worst, which is less than a thread takes to start. */
const SHORT_CHARACTERS = 30_000
const READ_MS = 10_000

/** Reads the text of a file. YAML is slow to read, so a long one is read in a thread: nobody else waits for it. */
export function readInThread(text: string): Promise<ReadFile> {
  if (text.length <= SHORT_CHARACTERS) return Promise.resolve(readWorkflowFile(text))
  const worker = new Worker(new URL('./file-worker.ts', import.meta.url), {
    workerData: text,
    env: {},
    argv: [],
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 },
  })
  return new Promise(resolve => {
    const end = (read: ReadFile) => {
      clearTimeout(timer)
      resolve(read)
      // How it ends is of no interest any more.
      worker.terminate().catch(() => {})
    }
    const giveUp = () =>
      end({
        workflow: null,
        problems: [{ message: 'The file takes too long to read. Write it as JSON.', path: [] }],
      })
    const timer = setTimeout(giveUp, READ_MS)
    worker.on('message', (read: ReadFile) => end(read))
    worker.on('error', giveUp)
    worker.on('exit', giveUp)
  })
}
