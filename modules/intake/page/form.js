/*
 * Sends the form without leaving the page: messages appear beside the fields, and what was typed survives a lost
 * connection. Without this file the form is sent as forms always were.
 */
/** Makes one form send itself. */
function enhance(form) {
  const send = senderOf(form)
  const say = text => sayIn(form, text)
  form.addEventListener('submit', event => {
    // Only a program fills in what nobody sees. It goes the plain way, where the server deals with it.
    if (form.elements.namedItem('_website').value !== '') return
    event.preventDefault()
    send()
  })
  form.addEventListener('input', event => {
    showMessage(form, event.target.closest('[data-field]')?.dataset.field, '')
    showAsked(form)
  })
  addEventListener('online', () => {
    if (hasKept(form)) say('You are connected again. Send the form when you are ready.')
  })
  // The browser fills in what was typed before when one comes back to the page.
  addEventListener('pageshow', () => showAsked(form))
  if (restore(form)) say('Your answers are still here. Send the form when you are ready.')
  showAsked(form)
}

/** Shows the fields that are asked by the answers above them. What is hidden keeps what was typed, but is not sent. */
function showAsked(form) {
  const answers = new Map()
  const answerTo = key => answers.get(key) ?? { type: 'TEXT', text: undefined }
  for (const place of form.querySelectorAll('[data-field]')) {
    const { field, type, when } = place.dataset
    const asked = !when || isAsked(JSON.parse(when), answerTo)
    if (when) place.hidden = !asked
    answers.set(field, { type, text: asked ? textOf(answerIn(place)) : undefined })
  }
}

/** An answer as the rules read it; undefined for none. */
function textOf(answer) {
  if (typeof answer === 'boolean') return String(answer)
  const text = typeof answer === 'string' ? answer.trim() : answer.join('\n')
  return text === '' ? undefined : text
}

/** The function that sends the form, once at a time, and says what came of it. */
function senderOf(form) {
  const button = form.querySelector('button[type="submit"]')
  const token = form.elements.namedItem('_token')
  const label = button.textContent

  function setBusy(busy) {
    button.disabled = busy
    button.textContent = busy ? 'Sending…' : label
  }

  /** Something about the page itself was refused: the next try goes out under a new token. */
  async function renew(problem) {
    const response = await fetch(form.dataset.definition)
    if (!response.ok) throw new Error('no new token')
    token.value = (await response.json()).token
    sayIn(form, `${problem.title} ${problem.detail ?? ''}`)
    button.focus()
  }

  async function hear(response) {
    if (response.ok) {
      forget(form)
      location.assign(form.dataset.thanks)
      return
    }
    const problem = await response.json()
    setBusy(false)
    if (problem.code === 'request.invalid') showProblems(form, problem.errors ?? [])
    else if (RENEWED.includes(problem.code)) await renew(problem)
    else if (response.status < 500) {
      keep(form)
      sayIn(form, `${problem.title} ${problem.detail ?? ''}`)
    } else throw new Error(problem.code)
  }

  // The browser can bring this page back as it was left, with its button still busy.
  addEventListener('pageshow', event => {
    if (event.persisted) setBusy(false)
  })

  return async function send() {
    if (button.disabled) return
    clearMessages(form)
    sayIn(form, '')
    setBusy(true)
    try {
      if (!navigator.onLine) throw new Error('offline')
      const [, submissionId] = token.value.split('.')
      const body = JSON.stringify({ submissionId, token: token.value, answers: answersOf(form) })
      const signal = AbortSignal.timeout(30_000)
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      await hear(await fetch(form.dataset.endpoint, { method: 'POST', headers, body, signal }))
    } catch {
      keep(form)
      setBusy(false)
      sayIn(form, navigator.onLine ? UNSENT : OFFLINE)
      button.focus()
    }
  }
}

const UNSENT = 'Your answers could not be sent just now. They are kept here: send the form again in a moment.'
const OFFLINE = 'You are offline. Your answers are kept here: send the form when you are connected again.'

const RENEWED = [
  'intake.sent_too_fast',
  'intake.page_expired',
  'intake.token_invalid',
  'intake.submission_reused',
]

function sayIn(form, text) {
  const notice = form.querySelector('[role="status"]')
  notice.textContent = text
  notice.hidden = text === ''
}

/** What is wrong, beside the fields, and the cursor in the first of them. */
function showProblems(form, errors) {
  const shown = errors.filter(({ pointer, message }) => showMessage(form, keyOf(pointer), message))
  sayIn(
    form,
    shown.length === 0
      ? 'The form was not sent: it contains something that was not asked for.'
      : shown.length === 1
        ? 'One answer needs another look.'
        : `${shown.length} answers need another look.`,
  )
  form.querySelector('[aria-invalid="true"]')?.focus()
}

function keyOf(pointer) {
  return pointer.startsWith('/answers/') ? pointer.slice('/answers/'.length) : ''
}

function controlsOf(form) {
  return [...form.querySelectorAll('[data-field] :is(input, select, textarea)')]
}

/** What a field says: true or false, a list of choices, or text. */
function answerIn(place) {
  const controls = [...place.querySelectorAll('input, select, textarea')]
  if (place.dataset.type === 'MULTI_SELECT') {
    return controls.filter(control => control.checked).map(control => control.value)
  }
  return controls[0].type === 'checkbox' ? controls[0].checked : controls[0].value
}

/** The answers by their keys; those to fields that are not asked only when `all` are wanted. */
function answersOf(form, { all = false } = {}) {
  const places = [...form.querySelectorAll('[data-field]')]
  const sent = places.filter(place => all || !place.hidden || place.dataset.type === 'HIDDEN')
  return Object.fromEntries(sent.map(place => [place.dataset.field, answerIn(place)]))
}

/** Puts a message beside a field, or takes it away; false when there is no such field. */
function showMessage(form, key, message) {
  const error = key && document.getElementById(`e-${key}`)
  const place = error?.closest('[data-field]')
  if (!place || !form.contains(place)) return false
  // The form may have changed since the page was opened: whatever the server asks for can be answered.
  if (message !== '' && place.hidden) {
    place.hidden = false
    delete place.dataset.when
  }
  error.textContent = message
  error.hidden = message === ''
  const controls = [...place.querySelectorAll('input, select, textarea')]
  const described = [`h-${key}`, message === '' ? '' : `e-${key}`].filter(id => document.getElementById(id))
  const reader = place.tagName === 'FIELDSET' ? place : controls[0]
  if (described.length > 0) reader.setAttribute('aria-describedby', described.join(' '))
  else reader.removeAttribute('aria-describedby')
  for (const control of controls) {
    if (message === '') control.removeAttribute('aria-invalid')
    else control.setAttribute('aria-invalid', 'true')
  }
  return true
}

function clearMessages(form) {
  for (const { dataset } of form.querySelectorAll('[data-field]')) showMessage(form, dataset.field, '')
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

/** With the token, because the same token is the same submission: nothing arrives twice when a try did get through. */
function keep(form) {
  const kept = { token: form.elements.namedItem('_token').value, answers: answersOf(form, { all: true }) }
  withStorage(storage => storage.setItem(nameOf(form), JSON.stringify(kept)))
}

function forget(form) {
  withStorage(storage => storage.removeItem(nameOf(form)))
}

function hasKept(form) {
  return withStorage(storage => storage.getItem(nameOf(form))) !== null
}

/** Fills in what was kept; true when there was something. */
function restore(form) {
  return withStorage(storage => {
    const { token, answers } = JSON.parse(storage.getItem(nameOf(form)))
    for (const control of controlsOf(form)) {
      const value = answers[control.name]
      if (Array.isArray(value)) control.checked = value.includes(control.value)
      else if (control.type === 'checkbox') control.checked = value === true
      else if (typeof value === 'string') control.value = value
    }
    form.elements.namedItem('_token').value = token
    return true
  })
}

const found = document.querySelector('form[data-endpoint]')
if (found instanceof HTMLFormElement) enhance(found)
