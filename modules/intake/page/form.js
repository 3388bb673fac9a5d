/*
 * Sends the form without leaving the page: messages appear beside the fields, several pages are shown one after the
 * other, and what was typed survives a reload and a lost connection. Without this file the form is sent as forms always
 * were.
 */
import { showAsked } from './form-answers.js'
import { keep, restore } from './form-keeping.js'
import { firstWrong, sayIn, showMessage } from './form-messages.js'
import { pagesOf } from './form-pages.js'
import { FormSender } from './form-sending.js'

/** Writing it down at every key would be felt on an old telephone. */
const KEEP_MS = 250

/** Makes one form send itself. */
function enhance(form) {
  const words = JSON.parse(form.dataset.words)
  showAsked(form)
  const pages = pagesOf(form, words)
  const pageNow = () => pages?.current
  const showWrong = pages ? () => pages.showWrong() : () => firstWrong(form)?.focus()
  const sender = new FormSender(form, words, { showWrong, pageNow })
  let hasTyped = false
  let keeping
  const keepNow = () => {
    clearTimeout(keeping)
    if (hasTyped) keep(form, { page: pageNow(), isWaiting: sender.isUnderWay() })
  }

  form.addEventListener('submit', event => {
    // Only a program fills in what nobody sees. It goes the plain way, where the server deals with it.
    if (form.elements.namedItem('_website').value !== '') return
    event.preventDefault()
    // Enter in a field sends a form, wherever the button is.
    if (pages && !pages.isLast()) pages.goOn()
    else if ('preview' in form.dataset) sayIn(form, words.preview)
    else sender.send()
  })
  form.addEventListener('input', event => {
    const place = event.target.closest('[data-field]')
    if (!place) return
    showMessage(form, place.dataset.field, '')
    showAsked(form)
    pages?.refresh()
    sender.hold()
    hasTyped = true
    clearTimeout(keeping)
    keeping = setTimeout(keepNow, KEEP_MS)
  })
  form.addEventListener('millrace:page', keepNow)
  addEventListener('pagehide', keepNow)
  form.addEventListener('millrace:sent', () => {
    clearTimeout(keeping)
    hasTyped = false
  })
  // The browser fills in what was typed before when one comes back to the page.
  addEventListener('pageshow', () => {
    showAsked(form)
    pages?.refresh()
  })

  const kept = firstWrong(form) ? null : restore(form)
  showAsked(form)
  pages?.start(kept)
  hasTyped = kept !== null
  if (kept?.isWaiting) {
    sayIn(form, words.sendingKept)
    sender.send({ isAgain: true })
  } else if (kept) sayIn(form, words.restored)
}

const found = document.querySelector('form[data-endpoint]')
if (found instanceof HTMLFormElement) enhance(found)
