import { answersOf, textIn } from './form-answers.js'
import { clearMessages, firstWrong, sayIn, showMessage, showProblems } from './form-messages.js'
import { problemsOn } from './form-server.js'

/**
 * Shows a form of several pages one at a time, with a line that says how far one is and buttons to go on and back; the
 * browser's own buttons do the same. Null for a form of one page.
 */
export function pagesOf(form, words) {
  const sections = [...form.querySelectorAll('[data-page]')]
  if (sections.length < 2) return null
  const { back, next, send, progress, bar } = controlsFor(form, words)
  const intros = [...document.querySelectorAll('main > .intro')]
  const title = document.title
  let current = 0
  let isChecking = false

  /** The pages on which anything is asked by the answers so far. */
  const shown = () =>
    sections.filter(section => section.querySelector('[data-field]:not([hidden], [data-type="HIDDEN"])'))
  const place = () => shown().indexOf(sections[current])
  const isLast = () => place() === shown().length - 1

  /** Brings buttons and progress up to date with the page and with what is asked. */
  function refresh() {
    const number = String(place() + 1)
    const count = String(shown().length)
    const text = words.pageOf.replace('{page}', number).replace('{pages}', count)
    if (progress.textContent !== text) progress.textContent = text
    bar.style.setProperty('--part', `${(100 * (place() + 1)) / shown().length}%`)
    back.hidden = place() < 1
    next.hidden = isLast()
    send.hidden = !isLast()
    document.title = `${sections[current].querySelector('h2').textContent} (${number}/${count}) · ${title}`
  }

  function show(index) {
    current = index
    for (const [number, section] of sections.entries()) section.hidden = number !== index
    for (const intro of intros) intro.hidden = index > 0
    refresh()
    form.dispatchEvent(new CustomEvent('millrace:page', { bubbles: true, detail: { page: index } }))
  }

  /** Shows a page and says so: the cursor goes to its heading, which a reader of the screen then reads. */
  function go(index) {
    const before = current
    show(index)
    history.pushState({ page: index, before }, '')
    focusHeading()
  }

  function focusHeading() {
    scrollTo(0, 0)
    sections[current].querySelector('h2').focus()
  }

  /** Shows the page of the first message and puts the cursor there. */
  function showWrong() {
    const control = firstWrong(form)
    const index = sections.indexOf(control?.closest('[data-page]'))
    if (index >= 0 && index !== current) go(index)
    control?.focus()
  }

  async function goOn() {
    if (isChecking) return
    clearMessages(form)
    sayIn(form, '')
    isChecking = true
    next.setAttribute('aria-disabled', 'true')
    const page = current
    try {
      const missing = missingIn(form, sections[page])
      const wrong = missing || showProblems(form, await problemsOn(form, page, answersOf(form)))
      if (page !== current) return
      if (wrong > 0) {
        sayIn(form, wrong === 1 ? words.oneWrong : words.severalWrong.replace('{count}', String(wrong)))
        showWrong()
      } else {
        const following = shown()[place() + 1]
        if (following) go(sections.indexOf(following))
      }
    } finally {
      isChecking = false
      next.removeAttribute('aria-disabled')
    }
  }

  function goBack() {
    sayIn(form, '')
    const target = sections.indexOf(shown()[place() - 1])
    if (target < 0) return
    // The history of a frame is that of the page around it, where one step back can be anything.
    if (history.state?.before === target && parent === window) return history.back()
    show(target)
    history.replaceState({ page: target }, '')
    focusHeading()
  }

  next.addEventListener('click', goOn)
  back.addEventListener('click', goBack)
  addEventListener('popstate', ({ state }) => {
    const asked = shown().map(section => sections.indexOf(section))
    // A page that one went away from may no longer be asked.
    const page = asked.findLast(index => index <= (state?.page ?? 0))
    if (page === undefined || page === current) return
    show(page)
    focusHeading()
  })

  return {
    isLast,
    goOn,
    refresh,
    showWrong,
    page: () => current,
    /** Shows where the visitor was, or the page with the first message that came with the form. */
    start(kept) {
      const wrong = sections.indexOf(firstWrong(form)?.closest('[data-page]'))
      const was = kept ? (history.state?.page ?? kept.page ?? 0) : 0
      const index = wrong >= 0 ? wrong : sections[was] ? was : 0
      history.replaceState({ ...history.state, page: index }, '')
      show(index)
    },
  }
}

/** The line of progress above the pages, and the buttons below them beside the one that sends. */
function controlsFor(form, words) {
  const send = form.querySelector('button[type="submit"]')
  const buttons = document.createElement('div')
  buttons.className = 'steps'
  send.before(buttons)
  const [back, next] = [words.back, words.next].map(text => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = text
    return button
  })
  back.className = 'back'
  buttons.append(next, send, back)
  const progress = document.createElement('p')
  progress.className = 'progress'
  progress.setAttribute('aria-live', 'polite')
  const bar = document.createElement('div')
  bar.className = 'bar'
  bar.setAttribute('aria-hidden', 'true')
  form.prepend(progress, bar)
  for (const heading of form.querySelectorAll('[data-page] h2')) heading.tabIndex = -1
  return { back, next, send, progress, bar }
}

/** Puts messages beside what has to be answered on a page and is not; needs no connection. Returns how many. */
function missingIn(form, section) {
  const missing = [...section.querySelectorAll('[data-missing]')].filter(place => {
    const text = place.hidden ? 'nothing is needed' : textIn(place)
    return text === undefined || text === 'false'
  })
  for (const { dataset } of missing) showMessage(form, dataset.field, dataset.missing)
  return missing.length
}
