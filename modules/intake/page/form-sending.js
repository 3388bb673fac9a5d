import { answersOf } from './form-answers.js'
import { forget, keep } from './form-keeping.js'
import { clearMessages, firstWrong, sayIn, showProblems } from './form-messages.js'
import { newToken, postSubmission } from './form-server.js'

const SLOW_MS = 8000
/** Seconds between the tries that the page makes by itself; the last one is repeated until it gives up. */
const PAUSES_S = [2, 4, 8, 16, 30, 60]
const TRIES_MAX = 40

/** What is about the page and not about the answers: the next try goes out under a new token. */
const RENEWED = [
  'intake.sent_too_fast',
  'intake.page_expired',
  'intake.token_invalid',
  'intake.submission_reused',
]

/**
 * What sends the form, once at a time, and says what came of it. What could not be sent is kept and sent again by itself,
 * under the id it had, so that nothing arrives twice.
 *
 * Other scripts join in by events of the form: `millrace:sending`, whose detail has the `body` to add to and
 * `wait(promise)`; `millrace:refused` with the `problem` of the server and `again(promise)`, which sends once more when
 * the promise is kept, for whoever prevents the default; `millrace:sent`.
 */
export function senderOf(form, words, { showWrong, pageNow }) {
  const button = form.querySelector('button[type="submit"]')
  const token = form.elements.namedItem('_token')
  const label = button.textContent
  let isSending = false
  let isWaiting = false
  let tries = 0
  let timer

  const say = text => sayIn(form, text)
  const tell = (kind, detail) =>
    form.dispatchEvent(new CustomEvent(kind, { bubbles: true, cancelable: true, detail }))

  function setBusy(busy) {
    button.disabled = busy
    button.textContent = busy ? words.sending : label
  }

  /** Asks whoever closes the tab whether to leave, while answers are not there yet. */
  function ask(event) {
    event.preventDefault()
  }

  function stopWaiting() {
    isWaiting = false
    clearTimeout(timer)
    removeEventListener('beforeunload', ask)
  }

  /** Nothing arrived, as far as one can tell: the same is sent again, soon or when the connection is back. */
  function tryLater(waitS = PAUSES_S[Math.min(tries, PAUSES_S.length - 1)]) {
    if (button.disabled) {
      setBusy(false)
      button.focus({ preventScroll: true })
    }
    isWaiting = ++tries < TRIES_MAX
    keep(form, { page: pageNow(), isWaiting })
    if (!isWaiting) {
      stopWaiting()
      return say(words.unsent)
    }
    addEventListener('beforeunload', ask)
    say(navigator.onLine ? words.retrying : words.offline)
    // Of the many pages that lost one server, not all come back at the same moment.
    timer = setTimeout(() => send({ isAgain: true }), waitS * 1000 * (1 + Math.random() / 4))
  }

  /** Something about the page itself was refused: the next try goes out under a new token. */
  async function renew(problem) {
    token.value = await newToken(form)
    keep(form, { page: pageNow() })
    say(`${problem.title} ${problem.detail ?? ''}`)
    button.focus()
  }

  function showRefused(problems) {
    const shown = showProblems(form, problems)
    // What this page does not show has changed since it was opened: the server shows the form as it is now.
    if (shown < problems.length) return HTMLFormElement.prototype.submit.call(form)
    say(shown === 1 ? words.oneWrong : words.severalWrong.replace('{count}', String(shown)))
    showWrong(firstWrong(form))
  }

  async function hear(response) {
    if (response.ok) {
      // What answers in our place, such as the sign-in page of a hotel, is no receipt.
      const receipt = await response.json()
      stopWaiting()
      forget(form)
      setBusy(true)
      tell('millrace:sent', receipt)
      // A frame leaves it to the page around it to go to another site.
      if (tell('millrace:leave', form.dataset.thanks)) location.assign(form.dataset.thanks)
      return
    }
    const problem = await response.json()
    if (response.status >= 500) throw new Error(problem.code)
    if (response.status === 429) return tryLater(Number(response.headers.get('retry-after')) || undefined)
    stopWaiting()
    let again
    if (!tell('millrace:refused', { problem, again: promise => (again = promise) }) && again) {
      await again
      isSending = false
      return send({ isAgain: true })
    }
    setBusy(false)
    if (problem.code === 'request.invalid' && problem.errors) showRefused(problem.errors)
    else if (RENEWED.includes(problem.code)) await renew(problem)
    else {
      keep(form, { page: pageNow() })
      say(`${problem.title} ${problem.detail ?? ''}`)
    }
  }

  async function send({ isAgain = false } = {}) {
    if (!isAgain) setBusy(true)
    if (isSending) return
    isSending = true
    stopWaiting()
    if (!isAgain) {
      tries = 0
      clearMessages(form)
      say('')
    }
    const slow = setTimeout(() => say(words.slow), SLOW_MS)
    try {
      const [, submissionId] = token.value.split('.')
      const body = { submissionId, token: token.value, answers: answersOf(form) }
      const waits = []
      tell('millrace:sending', { body, wait: promise => waits.push(promise) })
      await Promise.all(waits)
      keep(form, { page: pageNow(), isWaiting: true })
      await hear(await postSubmission(form, body))
    } catch {
      tryLater()
    } finally {
      clearTimeout(slow)
      isSending = false
    }
  }

  const sendNow = () => {
    if (isWaiting) send({ isAgain: true })
  }
  addEventListener('online', sendNow)
  addEventListener('offline', () => isWaiting && say(words.offline))
  // Timers of a page that nobody sees stand still.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && sendNow())
  // The browser can bring this page back as it was left, with its button still busy.
  addEventListener('pageshow', event => event.persisted && !isSending && setBusy(false))

  return {
    send,
    /** Whether it was sent and there is no answer yet. */
    isUnderWay: () => isSending || isWaiting,
    /** Whoever goes on writing sends it when they are done. */
    hold() {
      if (!isWaiting) return
      stopWaiting()
      say(words.held)
    },
  }
}
