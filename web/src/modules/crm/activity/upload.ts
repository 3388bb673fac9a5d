import { Attachment, addAttachment } from '#modules/crm/contract.ts'
import { Problem, ProblemError } from '#platform/contract/problem.ts'
import { newKey } from '../../../shell/api.ts'
import type { About } from './activity-routes.ts'

/** An upload under way. */
export interface Upload {
  readonly done: Promise<Attachment>
  cancel(): void
}

const failed = (code: string, title: string, detail: string) =>
  new ProblemError({ type: 'about:blank', title, status: 0, code, requestId: '', detail })

/** Sends a file as it is and says from 0 to 1 how much of it has left. Throws `ProblemError`. */
export function uploadFile({ object, id }: About, file: File, onProgress: (part: number) => void): Upload {
  const request = new XMLHttpRequest()
  const query = new URLSearchParams({ object, recordId: id, name: file.name })
  const done = new Promise<Attachment>((resolve, reject) => {
    request.upload.onprogress = event => onProgress(event.total > 0 ? event.loaded / event.total : 0)
    request.onload = () => {
      const answer = readJson(request.responseText)
      if (request.status === 201) return resolve(Attachment.parse(answer))
      const problem = Problem.safeParse(answer)
      reject(
        problem.success
          ? new ProblemError(problem.data)
          : failed('client.unexpected_answer', 'The file was not kept.', 'Try again in a moment.'),
      )
    }
    request.onerror = () =>
      reject(failed('client.unreachable', 'The file did not arrive.', 'Nothing was kept. Try again.'))
    request.onabort = () =>
      reject(failed('client.cancelled', 'The upload was cancelled.', 'Nothing was kept.'))
  })
  request.open(addAttachment.method, `${addAttachment.path}?${query}`)
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.setRequestHeader('idempotency-key', newKey())
  request.send(file)
  return { done, cancel: () => request.abort() }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
