/*
 * Sends the form without leaving the page: messages appear beside the fields, and what was typed survives a lost
 * connection. Without this file the form is sent as forms always were.
 */
const found = document.querySelector('form[data-endpoint]')
if (found instanceof HTMLFormElement) enhance(found)

/** Makes one form send itself. */
function enhance(form) {
  const button = form.querySelector('button[type="submit"]')
  const notice = form.querySelector('[role="status"]')
  const token = form.elements.namedItem('_token')
  const label = button.textContent

  function say(text) {
    notice.textContent = text
    notice.hidden = text === ''
  }

  function setBusy(busy) {
    button.disabled = busy
    button.textContent = busy ? 'Sending…' : label
  }

  /** A problem's words, and the cursor to the first wrong answer. */
  function showProblems(errors) {
    const shown = errors.filter(({ pointer, message }) => showMessage(form, keyOf(pointer), message))
    say(
      shown.length === 0
        ? 'The form was not sent: it contains something that was not asked for.'
        : shown.length === 1
          ? 'One answer needs another look.'
          : `${shown.length} answers need another look.`,
    )
    form.querySelector('[aria-invalid="true"]')?.focus()
  }

  /** Something about the page itself was refused: the next try goes out under a new token. */
  async function renew(problem) {
    const response = await fetch(form.dataset.definition)
    if (!response.ok) throw new Error('no new token')
    token.value = (await response.json()).token
    say(`${problem.title} ${problem.detail ?? ''}`)
    button.focus()
  }

  async function answer(response) {
    if (response.ok) {
      forget(form)
      location.assign(form.dataset.thanks)
      return
    }
    const problem = await response.json()
    setBusy(false)
    if (problem.code === 'request.invalid') showProblems(problem.errors ?? [])
    else if (RENEWED.includes(problem.code)) await renew(problem)
    else if (response.status < 500) {
      keep(form, token.value)
      say(`${problem.title} ${problem.detail ?? ''}`)
    } else throw new Error(problem.code)
  }

  async function send() {
    clearMessages(form)
    say('')
    setBusy(true)
    try {
      if (!navigator.onLine) throw new Error('offline')
      const [, submissionId] = token.value.split('.')
      const body = JSON.stringify({ submissionId, token: token.value, answers: answersOf(form) })
      const signal = AbortSignal.timeout(30_000)
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      await answer(await fetch(form.dataset.endpoint, { method: 'POST', headers, body, signal }))
    } catch {
      keep(form, token.value)
      setBusy(false)
      say(
        navigator.onLine
          ? 'Your answers could not be sent just now. They are kept here: send the form again in a moment.'
          : 'You are offline. Your answers are kept here: send the form when you are connected again.',
      )
      button.focus()
    }
  }

  form.addEventListener('submit', event => {
    // Only a program fills in what nobody sees. It goes the plain way, where the server deals with it.
    if (form.elements.namedItem('_website').value !== '') return
    event.preventDefault()
    if (!button.disabled) send()
  })
  form.addEventListener('input', event => {
    showMessage(form, event.target.closest('[data-field]')?.dataset.field, '')
  })
  addEventListener('online', () => {
    if (hasKept(form)) say('You are connected again. Send the form when you are ready.')
  })
  addEventListener('pageshow', event => {
    if (event.persisted) setBusy(false)
  })
  const kept = restore(form)
  if (kept) {
    // The same token is the same submission, so nothing arrives twice when the first try did get through.
    token.value = kept
    say('Your answers are still here. Send the form when you are ready.')
  }
}

const RENEWED = [
  'intake.sent_too_fast',
  'intake.page_expired',
  'intake.token_invalid',
  'intake.submission_reused',
]

function keyOf(pointer) {
  return pointer.startsWith('/answers/') ? pointer.slice('/answers/'.length) : ''
}

function controlsOf(form) {
  return [...form.querySelectorAll('[data-field] :is(input, select, textarea)')]
}

function answersOf(form) {
  return Object.fromEntries(
    controlsOf(form).map(control => [
      control.name,
      control.type === 'checkbox' ? control.checked : control.value,
    ]),
  )
}

/** Puts a message beside a field, or takes it away; false when there is no such field. */
function showMessage(form, key, message) {
  const place = key && document.getElementById(`e-${key}`)
  const control = key && form.elements.namedItem(key)
  if (!place || !control) return false
  place.textContent = message
  place.hidden = message === ''
  const described = [`h-${key}`, message === '' ? '' : `e-${key}`].filter(id => document.getElementById(id))
  if (described.length > 0) control.setAttribute('aria-describedby', described.join(' '))
  else control.removeAttribute('aria-describedby')
  if (message === '') control.removeAttribute('aria-invalid')
  else control.setAttribute('aria-invalid', 'true')
  return true
}

function clearMessages(form) {
  for (const control of controlsOf(form)) showMessage(form, control.name, '')
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

function keep(form, token) {
  withStorage(storage => storage.setItem(nameOf(form), JSON.stringify({ token, answers: answersOf(form) })))
}

function forget(form) {
  withStorage(storage => storage.removeItem(nameOf(form)))
}

function hasKept(form) {
  return withStorage(storage => storage.getItem(nameOf(form))) !== null
}

/** Fills in what was kept and returns the token it was kept with. */
function restore(form) {
  return withStorage(storage => {
    const { token, answers } = JSON.parse(storage.getItem(nameOf(form)))
    for (const control of controlsOf(form)) {
      const value = answers[control.name]
      if (control.type === 'checkbox') control.checked = value === true
      else if (typeof value === 'string') control.value = value
    }
    return token
  })
}
