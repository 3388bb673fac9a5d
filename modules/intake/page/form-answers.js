import { isAsked } from './form-rules.js'

function controlsIn(place) {
  return [...place.querySelectorAll('input, select, textarea')]
}

/** The fields of a form, hidden ones too, in their order. */
export function placesOf(form) {
  return [...form.querySelectorAll('[data-field]')]
}

/**
 * What a field says: true or false, a list of choices, or text. A field that another script looks after has a function
 * `answer` of its own.
 */
function answerIn(place) {
  if (typeof place.answer === 'function') return place.answer()
  const controls = controlsIn(place)
  if (place.dataset.type === 'MULTI_SELECT') {
    return controls.filter(control => control.checked).map(control => control.value)
  }
  return controls[0].type === 'checkbox' ? controls[0].checked : controls[0].value
}

/** An answer as the rules read it; undefined for none. */
export function textIn(place) {
  const answer = answerIn(place)
  if (typeof answer === 'boolean') return String(answer)
  const text = typeof answer === 'string' ? answer.trim() : answer.join('\n')
  return text === '' ? undefined : text
}

/** The answers that are sent, by their keys: those to fields that are asked, on whatever page. */
export function answersOf(form) {
  const sent = placesOf(form).filter(place => !place.hidden || place.dataset.type === 'HIDDEN')
  return Object.fromEntries(sent.map(place => [place.dataset.field, answerIn(place)]))
}

/** All that was typed and chosen, also where it is not asked at present; never what was hidden from whoever did. */
export function typedIn(form) {
  const typed = placesOf(form).filter(place => place.dataset.type !== 'HIDDEN')
  return Object.fromEntries(typed.map(place => [place.dataset.field, answerIn(place)]))
}

/** Puts answers back into their fields; `skips` says which are left as they are. */
export function fillIn(form, answers, skips) {
  for (const place of placesOf(form)) {
    const { field, type } = place.dataset
    const answer = answers[field]
    if (type === 'HIDDEN' || answer === undefined || typeof place.answer === 'function' || skips(place))
      continue
    for (const control of controlsIn(place)) {
      if (Array.isArray(answer)) control.checked = answer.includes(control.value)
      else if (control.type === 'checkbox') control.checked = answer === true
      else if (typeof answer === 'string') control.value = answer
    }
  }
}

/** Whether the address of the page, and not a person, put something into a field. */
export function isPrefilled(place) {
  return controlsIn(place).some(control =>
    control.tagName === 'SELECT'
      ? [...control.options].some(option => option.defaultSelected && option.value !== '')
      : control.type === 'checkbox'
        ? control.defaultChecked
        : control.defaultValue !== '',
  )
}

/** Shows the fields that are asked by the answers above them. What is hidden keeps what was typed, but is not sent. */
export function showAsked(form) {
  const answers = new Map()
  const answerTo = key => answers.get(key) ?? { type: 'TEXT', text: undefined }
  for (const place of placesOf(form)) {
    const { field, type, when } = place.dataset
    const asked = !when || isAsked(JSON.parse(when), answerTo)
    if (when) place.hidden = !asked
    answers.set(field, { type, text: asked ? textIn(place) : undefined })
  }
}
