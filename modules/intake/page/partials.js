/*
 * Keeps what somebody writes on the server, once they have ticked that it may be kept, and offers to go on with it when
 * they come back. Without the tick nothing leaves the page before it is sent.
 */
import { answersOf, typedIn } from './form-answers.js'
import { savePartial, withdrawPartial } from './form-server.js'

const PAUSE_MS = 2500

/** What keeps the answers of a form on the server: all of them each time, and nothing without the tick. */
function keeperOf(form, place, tick, memory) {
  const token = () => form.elements.namedItem('_token').value
  let lastField = null
  let kept = tick.checked ? token() : null
  let told = ''
  let isOver = false
  let timer
  /** The newest is what stays, so one goes out after the other. */
  let underWay = Promise.resolve()

  async function save() {
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
    // Whoever closes the page before anybody answers finds the way back to what did arrive.
    const known = place.dataset.continue
    if (known?.includes(idOf(body.token))) memory.keep(known)
    try {
      const continueUrl = await savePartial(form, body)
      const isKeptNow = kept !== null && idOf(kept) === idOf(body.token)
      if (continueUrl === null) return isKeptNow || isOver || memory.keep(null)
      // The tick was taken away while this was on its way, and may have come before it.
      if (!tick.checked) return await withdrawPartial(form, body.token)
      const before = kept
      kept = body.token
      if (isOver) return
      memory.keep(new URL(continueUrl).search)
      // A page that was open for a day goes on under another token; what was kept under the first is not kept twice.
      if (before !== null && !isKeptNow) await withdrawPartial(form, before)
    } catch {
      // It may have arrived all the same.
      told = ''
    }
  }

  async function forget() {
    try {
      await withdrawPartial(form, kept ?? token())
      kept = null
    } catch {
      // What could not be taken back now is taken back with the next try.
      tick.checked = true
    }
  }

  const saveInTurn = () => (underWay = underWay.then(save))
  return {
    saveSoon(field, pauseMs = PAUSE_MS) {
      lastField = field ?? lastField
      if (tick.checked) timer ??= setTimeout(saveInTurn, pauseMs)
    },
    /** The last seconds before somebody leaves. */
    saveLast: () => timer !== undefined && save(),
    withdraw() {
      clearTimeout(timer)
      timer = undefined
      memory.keep(null)
      told = ''
      const forgotten = forget()
      underWay = underWay.then(() => forgotten)
    },
    /** The answers are here already, as after a reload. */
    resume() {
      tick.checked = true
      kept = token()
    },
    end() {
      isOver = true
      clearTimeout(timer)
      memory.keep(null)
    },
  }
}

/** What this browser remembers of a form: the parameters of its address that go on with the answers. */
function memoryOf(form) {
  const name = `millrace unsent ${form.dataset.key}`
  return {
    keep(search) {
      try {
        if (search === null) localStorage.removeItem(name)
        else localStorage.setItem(name, search)
      } catch {
        // Storage can be full or forbidden; then there is nothing to go on with here.
      }
    },
    recall() {
      try {
        return localStorage.getItem(name)
      } catch {
        return null
      }
    },
  }
}

/** Asks what to do with answers from another time. */
function offer(form, memory, search) {
  const words = JSON.parse(form.dataset.partialWords)
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
    memory.keep(null)
    line.remove()
    form.querySelector('[data-field] :is(input, select, textarea)')?.focus()
  })
}

/** Whoever copies the address of the page gives no answers away with it. What was taken away; null for nothing. */
function hideKey() {
  const parameters = new URLSearchParams(location.search)
  const key = parameters.get('_continue')
  if (key === null) return null
  parameters.delete('_continue')
  const rest = String(parameters)
  history.replaceState(history.state, '', `${location.pathname}${rest && `?${rest}`}`)
  return key
}

/** The id of the submission in a token. */
function idOf(token) {
  return token.split('.')[1]
}

function keepAnswers(form) {
  const place = form.querySelector('[data-keeps]')
  const tick = place.querySelector('input')
  const token = form.elements.namedItem('_token')
  // What was kept in this tab before belongs to another act of sending than the one that is gone on with here.
  if (place.dataset.token) token.value = place.dataset.token
  const memory = memoryOf(form)
  const keeper = keeperOf(form, place, tick, memory)
  place.hidden = false
  for (const kind of ['input', 'change']) {
    form.addEventListener(kind, event => {
      const field = event.target.closest('[data-field]')?.dataset.field
      if (field) keeper.saveSoon(field)
    })
  }
  tick.addEventListener('change', () => (tick.checked ? keeper.saveSoon(null, 0) : keeper.withdraw()))
  form.addEventListener('millrace:sent', keeper.end)
  addEventListener('pagehide', keeper.saveLast)
  const key = hideKey()
  const search = memory.recall()
  // Nothing was there, and the page says so; it is not offered again.
  if (key !== null && !place.dataset.token && search?.endsWith(key)) memory.keep(null)
  if (key !== null || search === null) return
  if (search.includes(idOf(token.value))) keeper.resume()
  else offer(form, memory, search)
}

const found = document.querySelector('form[data-partial]')
if (found instanceof HTMLFormElement) keepAnswers(found)
