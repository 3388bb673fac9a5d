/*
 * Keeps what somebody writes on the server, once they have ticked that it may be kept, and offers to go on with it when
 * they come back. Without the tick nothing leaves the page before it is sent.
 */
import { answersOf, typedIn } from './form-answers.js'

const PAUSE_MS = 2500
const HEADERS = { 'content-type': 'application/json', accept: 'application/json' }

function keepAnswers(form) {
  const words = JSON.parse(form.dataset.partialWords)
  const place = form.querySelector('[data-keeps]')
  const tick = place.querySelector('input')
  const name = `millrace unsent ${form.dataset.key}`
  const token = () => form.elements.namedItem('_token').value
  let lastField = null
  // What was kept in this tab before belongs to another act of sending than the one that is gone on with here.
  if (place.dataset.token) form.elements.namedItem('_token').value = place.dataset.token
  let kept = tick.checked ? token() : null
  let told = ''
  let isOver = false
  let timer
  place.hidden = false

  function call(method, path, body, more) {
    const init = { method, headers: HEADERS, body: JSON.stringify(body), ...more }
    return fetch(`${form.dataset.partial}${path}`, init)
  }

  async function save(more) {
    clearTimeout(timer)
    timer = undefined
    if (isOver || !tick.checked || form.elements.namedItem('_website').value !== '') return
    const body = {
      token: token(),
      agreed: true,
      answers: { ...typedIn(form), ...answersOf(form) },
      lastField,
    }
    const text = JSON.stringify(body)
    if (text === told) return
    told = text
    try {
      const before = kept
      const response = await call('PUT', '', body, more)
      if (!response.ok) return
      kept = body.token
      const { continueUrl } = await response.json()
      // The tick was taken away while this was on its way.
      if (!tick.checked || isOver) return
      remember(new URL(continueUrl).search)
      // A page that was open for a day goes on under another token; what was kept under the first is not kept twice.
      if (before !== null && idOf(before) !== idOf(kept)) await call('POST', '/withdrawal', { token: before })
    } catch {
      told = ''
    }
  }

  async function withdraw() {
    clearTimeout(timer)
    remember(null)
    told = ''
    try {
      await call('POST', '/withdrawal', { token: kept ?? token() }, { keepalive: true })
      kept = null
    } catch {
      // What could not be taken back now is taken back with the next try.
      tick.checked = true
    }
  }

  function remember(search) {
    try {
      if (search === null) localStorage.removeItem(name)
      else localStorage.setItem(name, search)
    } catch {
      // Storage can be full or forbidden; then there is nothing to go on with here.
    }
  }

  function remembered() {
    try {
      return localStorage.getItem(name)
    } catch {
      return null
    }
  }

  function note(event) {
    const field = event.target.closest('[data-field]')?.dataset.field
    if (!field) return
    lastField = field
    if (tick.checked) timer ??= setTimeout(save, PAUSE_MS)
  }

  form.addEventListener('input', note)
  form.addEventListener('change', note)
  tick.addEventListener('change', () => (tick.checked ? save() : withdraw()))
  form.addEventListener('millrace:sent', () => {
    isOver = true
    clearTimeout(timer)
    remember(null)
  })
  // The last seconds before somebody leaves; a browser lets so much go out behind them.
  addEventListener('pagehide', () => timer !== undefined && save({ keepalive: true }))

  const parameters = new URLSearchParams(location.search)
  if (parameters.has('_continue')) {
    // Whoever copies the address of the page gives no answers away with it.
    parameters.delete('_continue')
    history.replaceState(
      history.state,
      '',
      `${location.pathname}${parameters.size > 0 ? `?${parameters}` : ''}`,
    )
    return
  }
  const search = remembered()
  if (search === null) return
  // The answers are here already, as after a reload.
  if (search.includes(idOf(token()))) {
    tick.checked = true
    kept = token()
    return
  }
  offer(search)

  /** Asks what to do with answers from another time. */
  function offer(search) {
    const [goOn, startAnew] = [words.goOn, words.startAnew].map(text => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'plain'
      button.textContent = text
      return button
    })
    const line = document.createElement('p')
    line.className = 'kept'
    line.append(`${words.found} `, goOn, ' ', startAnew)
    form.before(line)
    goOn.addEventListener('click', () => location.assign(`${location.pathname}${search}`))
    startAnew.addEventListener('click', () => {
      remember(null)
      line.remove()
      form.querySelector('[data-field] :is(input, select, textarea)')?.focus()
    })
  }
}

/** The id of the submission in a token. */
function idOf(token) {
  return token.split('.')[1]
}

const found = document.querySelector('form[data-partial]')
if (found instanceof HTMLFormElement) keepAnswers(found)
