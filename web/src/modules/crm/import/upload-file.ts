import { createImport, Import, PART_BYTES, uploadImport } from '#modules/crm/contract.ts'
import { Problem, ProblemError } from '#platform/contract/problem.ts'
import { call } from '../../../shell/api.ts'

const TRIES = 4

/** Sends a file part by part and says from 0 to 1 how much of it is there. A part that was lost is sent again. Throws `ProblemError`. */
export async function uploadForImport(
  object: Import['object'],
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<Import> {
  let made = await call(
    createImport,
    { body: { object, fileName: file.name, fileBytes: file.size } },
    { signal },
  )
  while (made.receivedBytes < file.size) {
    const part = file.slice(made.receivedBytes, made.receivedBytes + PART_BYTES)
    made = await sendPart(made.id, made.receivedBytes, part, signal)
    onProgress(made.receivedBytes / file.size)
  }
  return made
}

async function sendPart(importId: string, offset: number, part: Blob, signal: AbortSignal): Promise<Import> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`${uploadImport.path.replace(':importId', importId)}?offset=${offset}`, {
        method: uploadImport.method,
        headers: { 'content-type': 'application/octet-stream' },
        body: part,
        signal,
      })
      const value: unknown = await answer.json()
      if (answer.ok) return Import.parse(value)
      throw new ProblemError(Problem.parse(value))
    } catch (error) {
      if (signal.aborted || attempt >= TRIES) throw error
      if (error instanceof ProblemError && error.status < 500 && error.status !== 429) throw error
    }
  }
}
