import { fillIn, isPrefilled, typedIn } from './form-answers.js'

/** Tokens are good for a day. */
const TOKEN_MS = 20 * 60 * 60 * 1000

function issuedAt(token) {
  return Number.parseInt(token, 36)
}

function nameOf(form) {
  return `millrace form ${form.dataset.key}`
}

/** Storage can be full or forbidden; then the answers are still on the page. */
function withStorage(work) {
  try {
    return work(sessionStorage)
  } catch {
    return null
  }
}

/**
 * Keeps what was typed for as long as the tab is open, over a reload too. With the token, because the same token is the
 * same submission: nothing arrives twice when a try did get through.
 *
 * @param more `page`: where the visitor is; `isWaiting`: whether it is to be sent as soon as possible.
 */
export function keep(form, more) {
  const token = form.elements.namedItem('_token').value
  const goesOn = form.querySelector('[data-keeps]')?.dataset.continue
  const kept = { token, goesOn, answers: typedIn(form), search: location.search, ...more }
  withStorage(storage => storage.setItem(nameOf(form), JSON.stringify(kept)))
}

export function forget(form) {
  withStorage(storage => storage.removeItem(nameOf(form)))
}

/**
 * Fills in what was kept and returns it; null when there was nothing. An address with other parameters is another link:
 * what it fills in goes before what was kept.
 */
export function restore(form) {
  return withStorage(storage => {
    const kept = JSON.parse(storage.getItem(nameOf(form)))
    fillIn(form, kept.answers, place => kept.search !== location.search && isPrefilled(place))
    const token = form.elements.namedItem('_token')
    // What was never sent need not go out under a token that is about to be refused for its age.
    if (kept.isWaiting || issuedAt(token.value) - issuedAt(kept.token) < TOKEN_MS) {
      token.value = kept.token
      if (kept.goesOn) form.querySelector('[data-keeps]')?.setAttribute('data-continue', kept.goesOn)
    }
    return kept
  })
}
