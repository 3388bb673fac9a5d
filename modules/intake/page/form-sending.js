import { answersOf } from './form-answers.js'
import { forget, keep } from './form-keeping.js'
import { clearMessages, sayIn, showProblems } from './form-messages.js'
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
 * Sends a form, once at a time, and says what came of it. What could not be sent is kept and sent again by itself, under
 * the id it had, so that nothing arrives twice.
 *
 * Other scripts join in by events of the form: `millrace:sending`, whose detail has the `body` to add to and
 * `wait(promise)`; `millrace:refused` with the `problem` of the server and `again(promise)`, which sends once more when
 * the promise is kept, for whoever prevents the default; `millrace:sent`.
 */
export class FormSender {
  isSending = false
  isWaiting = false
  tries = 0

  /** `showWrong` brings the visitor to the first message; `pageNow` says on which page they are. */
  constructor(form, words, { showWrong, pageNow }) {
    Object.assign(this, { form, words, showWrong, pageNow })
    this.button = form.querySelector('button[type="submit"]')
    this.token = form.elements.namedItem('_token')
    this.label = this.button.textContent
    const sendNow = () => this.isWaiting && this.send({ isAgain: true })
    addEventListener('online', sendNow)
    addEventListener('offline', () => this.isWaiting && this.say(words.offline))
    // Timers of a page that nobody sees stand still.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && sendNow())
    // The browser can bring this page back as it was left, with its button still busy.
    addEventListener('pageshow', event => event.persisted && !this.isSending && this.setBusy(false))
  }

  /** Whether it was sent and there is no answer yet. */
  isUnderWay() {
    return this.isSending || this.isWaiting
  }

  /** Whoever goes on writing sends it when they are done. */
  hold() {
    if (!this.isWaiting) return
    this.stopWaiting()
    this.say(this.words.held)
  }

  /** Sends the form; `isAgain` when nobody pressed the button for it. */
  async send({ isAgain = false } = {}) {
    if (!isAgain) this.setBusy(true)
    if (this.isSending) return
    this.isSending = true
    this.stopWaiting()
    if (!isAgain) {
      this.tries = 0
      clearMessages(this.form)
      this.say('')
    }
    const slow = setTimeout(() => this.say(this.words.slow), SLOW_MS)
    try {
      const body = await this.submission()
      keep(this.form, { page: this.pageNow(), isWaiting: true })
      await this.hear(await postSubmission(this.form, body))
    } catch {
      this.tryLater()
    } finally {
      clearTimeout(slow)
      this.isSending = false
    }
  }

  say(text) {
    sayIn(this.form, text)
  }

  /** Tells other scripts; false when one of them takes it from here. */
  tell(kind, detail) {
    return this.form.dispatchEvent(new CustomEvent(kind, { bubbles: true, cancelable: true, detail }))
  }

  setBusy(busy) {
    this.button.disabled = busy
    this.button.textContent = busy ? this.words.sending : this.label
  }

  stopWaiting() {
    this.isWaiting = false
    clearTimeout(this.timer)
    removeEventListener('beforeunload', askWhetherToLeave)
  }

  /** Nothing arrived, as far as one can tell: the same is sent again, soon or when the connection is back. */
  tryLater(waitS = PAUSES_S[Math.min(this.tries, PAUSES_S.length - 1)]) {
    const { button, words } = this
    if (button.disabled) {
      this.setBusy(false)
      button.focus({ preventScroll: true })
    }
    this.isWaiting = ++this.tries < TRIES_MAX
    keep(this.form, { page: this.pageNow(), isWaiting: this.isWaiting })
    if (!this.isWaiting) {
      this.stopWaiting()
      return this.say(words.unsent)
    }
    addEventListener('beforeunload', askWhetherToLeave)
    this.say(navigator.onLine ? words.retrying : words.offline)
    // Of the many pages that lost one server, not all come back at the same moment.
    this.timer = setTimeout(() => this.send({ isAgain: true }), waitS * 1000 * (1 + Math.random() / 4))
  }

  /** What is sent, once every script that has to do with it is ready. */
  async submission() {
    const { value } = this.token
    const body = { submissionId: value.split('.')[1], token: value, answers: answersOf(this.form) }
    const waits = []
    this.tell('millrace:sending', { body, wait: promise => waits.push(promise) })
    await Promise.all(waits)
    return body
  }

  async hear(response) {
    // What answers in our place, such as the sign-in page of a hotel, is no receipt and no problem document.
    const answer = await response.json()
    if (response.ok) return this.leave(answer)
    if (response.status >= 500) throw new Error(answer.code)
    if (response.status === 429)
      return this.tryLater(Number(response.headers.get('retry-after')) || undefined)
    let again
    if (!this.tell('millrace:refused', { problem: answer, again: promise => (again = promise) }) && again) {
      await again
      this.isSending = false
      return this.send({ isAgain: true })
    }
    this.setBusy(false)
    await this.refuse(answer)
  }

  /** Goes to the thanks, or where the form leads. */
  leave(receipt) {
    const { form } = this
    forget(form)
    this.setBusy(true)
    this.tell('millrace:sent', receipt)
    // A frame leaves it to the page around it to go to another site.
    if (this.tell('millrace:leave', form.dataset.thanks)) location.assign(form.dataset.thanks)
  }

  /** Says why it was not taken. */
  async refuse(problem) {
    const { form, words } = this
    if (problem.code === 'request.invalid' && problem.errors) {
      const shown = showProblems(form, problem.errors)
      // What this page does not show has changed since it was opened: the server shows the form as it is now.
      if (shown < problem.errors.length) return HTMLFormElement.prototype.submit.call(form)
      this.say(shown === 1 ? words.oneWrong : words.severalWrong.replace('{count}', shown))
      return this.showWrong()
    }
    const isRenewed = RENEWED.includes(problem.code)
    if (isRenewed) this.token.value = await newToken(form)
    keep(form, { page: this.pageNow() })
    this.say(words.problems[problem.code] ?? `${problem.title} ${problem.detail ?? ''}`)
    if (isRenewed) this.button.focus()
  }
}

/** Asks whoever closes the tab whether to leave, while answers are not there yet. */
function askWhetherToLeave(event) {
  event.preventDefault()
}
