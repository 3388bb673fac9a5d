const HEADERS = { 'content-type': 'application/json', accept: 'application/json' }
/** A bad connection takes its time; after this it is taken for lost, and the same submission is sent again. */
const SEND_MS = 30_000
/** Browsers finish requests of a page that was left up to 64 kB, all of them together. */
const OUTLIVES_BYTES = 30_000
/** Nobody waits longer than this to see the next page: everything is checked again at sending. */
const CHECK_MS = 2500

function post(url, body, limitMs) {
  const signal = AbortSignal.timeout(limitMs)
  return fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(body), signal })
}

/** Sends a submission. Rejects when nobody answers. */
export function postSubmission(form, submission) {
  return post(form.dataset.endpoint, submission, SEND_MS)
}

/** What is wrong with the answers on one page, as the server sees it; nothing when it cannot be asked now. */
export async function problemsOn(form, page, answers) {
  if (!form.dataset.checks) return []
  try {
    const response = await post(form.dataset.checks, { page, answers }, CHECK_MS)
    return response.ok ? (await response.json()).problems : []
  } catch {
    return []
  }
}

/** A new token for the form: the next try is another submission. Rejects when there is none. */
export async function newToken(form) {
  const response = await fetch(form.dataset.definition, { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error('no new token')
  return (await response.json()).token
}

/**
 * Keeps answers that are not sent yet, also when the page is left before anybody answers. The address that goes on with them;
 * null when they are not kept. Rejects when nobody answers.
 */
export async function savePartial(form, body) {
  const text = new Blob([JSON.stringify(body)])
  const init = { method: 'PUT', headers: HEADERS, body: text, signal: AbortSignal.timeout(SEND_MS) }
  init.keepalive = text.size < OUTLIVES_BYTES
  const response = await fetch(form.dataset.partial, init)
  return response.ok ? (await response.json()).continueUrl : null
}

/** Takes back what was kept. Rejects when nobody answers. */
export async function withdrawPartial(form, token) {
  const body = JSON.stringify({ token })
  await fetch(`${form.dataset.partial}/withdrawal`, {
    method: 'POST',
    headers: HEADERS,
    body,
    keepalive: true,
  })
}
