import { placesOf } from './form-answers.js'

/** Says something about the form as a whole, above it; readers of a screen hear it. An empty text takes it away. */
export function sayIn(form, text) {
  const notice = form.querySelector('[role="status"]')
  if (notice.textContent !== text) notice.textContent = text
  notice.hidden = text === ''
}

/** Puts a message beside a field, or takes it away; false when there is no such field. */
export function showMessage(form, key, message) {
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
  if (described.length > 0) reader?.setAttribute('aria-describedby', described.join(' '))
  else reader?.removeAttribute('aria-describedby')
  for (const control of controls) {
    if (message === '') control.removeAttribute('aria-invalid')
    else control.setAttribute('aria-invalid', 'true')
  }
  return true
}

export function clearMessages(form) {
  for (const { dataset } of placesOf(form)) showMessage(form, dataset.field, '')
}

/**
 * Puts problems of a problem document beside their fields. Returns how many found one: the others are about what this
 * page does not show.
 */
export function showProblems(form, problems) {
  return problems.filter(({ pointer, message }) => showMessage(form, keyOf(pointer), message)).length
}

/** The first field with a message, or null. */
export function firstWrong(form) {
  return form.querySelector('[aria-invalid="true"]')
}

function keyOf(pointer) {
  return pointer.startsWith('/answers/') ? pointer.slice('/answers/'.length) : ''
}
