/** A thread of the sandbox: takes one job after the other, one at a time. See pool.ts for who ends it. */

import { parentPort, workerData } from 'node:worker_threads'
import { runGuest } from './guest.ts'
import type { GuestJob, WorkerWord } from './guest-job.ts'
import type { WasmModule } from './web-assembly.ts'

const { wasmModule } = workerData as { wasmModule: WasmModule }

// The interpreter asks this thread how far local time is from UTC. Code must not depend on where the server stands.
Date.prototype.getTimezoneOffset = () => 0

function say(word: WorkerWord): void {
  parentPort?.postMessage(word)
}

parentPort?.on('message', async (job: GuestJob) => {
  say({ kind: 'begun' })
  say({ kind: 'done', report: await runGuest(wasmModule, job) })
})
