import { answersOf, textIn } from './form-answers.js'
import { clearMessages, firstWrong, sayIn, showMessage, showProblems } from './form-messages.js'
import { problemsOn } from './form-server.js'

/**
 * Shows a form of several pages one at a time, with a line that says how far one is and buttons to go on and back; the
 * browser's own buttons do the same. Null for a form of one page.
 */
export function pagesOf(form, words) {
  const sections = [...form.querySelectorAll('[data-page]')]
  return sections.length < 2 ? null : new FormPages(form, words, sections)
}

class FormPages {
  current = 0
  isChecking = false

  constructor(form, words, sections) {
    Object.assign(this, { form, words, sections, title: document.title }, controlsFor(form, words))
    this.intros = [...document.querySelectorAll('main > .intro')]
    this.next.addEventListener('click', () => this.goOn())
    this.back.addEventListener('click', () => this.goBack())
    addEventListener('popstate', ({ state }) => {
      // A page that one went away from may no longer be asked.
      const page = this.asked().findLast(index => index <= (state?.page ?? 0))
      if (page === undefined || page === this.current) return
      this.show(page)
      this.focusHeading()
    })
  }

  /** Shows where the visitor was, or the page with the first message that came with the form. */
  start(kept) {
    const wrong = this.pageOf(firstWrong(this.form))
    const was = kept ? (history.state?.page ?? kept.page ?? 0) : this.wanted()
    const index = wrong >= 0 ? wrong : this.sections[was] ? was : 0
    history.replaceState({ ...history.state, page: index }, '')
    this.show(index)
  }

  /** The page that a preview is asked to begin with. */
  wanted() {
    if (this.form.dataset.preview === undefined) return 0
    const page = Number(new URLSearchParams(location.search).get('page'))
    return this.asked().findLast(index => index <= page) ?? 0
  }

  /** The numbers of the pages on which anything is asked by the answers so far. */
  asked() {
    const isAsked = section => section.querySelector('[data-field]:not([hidden], [data-type="HIDDEN"])')
    return [...this.sections.keys()].filter(index => isAsked(this.sections[index]))
  }

  isLast() {
    return this.current === this.asked().at(-1)
  }

  pageOf(control) {
    return this.sections.indexOf(control?.closest('[data-page]'))
  }

  headingNow() {
    return this.sections[this.current].querySelector('h2')
  }

  /** Brings buttons and progress up to date with the page and with what is asked. */
  refresh() {
    const asked = this.asked()
    const number = asked.indexOf(this.current) + 1
    const text = this.words.pageOf.replace('{page}', number).replace('{pages}', asked.length)
    if (this.progress.textContent !== text) this.progress.textContent = text
    this.bar.style.setProperty('--part', `${(100 * number) / asked.length}%`)
    this.back.hidden = number < 2
    this.next.hidden = this.isLast()
    this.send.hidden = !this.isLast()
    document.title = `${this.headingNow().textContent} (${number}/${asked.length}) · ${this.title}`
  }

  show(index) {
    this.current = index
    for (const [number, section] of this.sections.entries()) section.hidden = number !== index
    for (const intro of this.intros) intro.hidden = index > 0
    this.refresh()
    this.form.dispatchEvent(new CustomEvent('millrace:page', { bubbles: true, detail: { page: index } }))
  }

  /** Shows a page and says so: the cursor goes to its heading, which a reader of the screen then reads. */
  go(index) {
    const before = this.current
    this.show(index)
    history.pushState({ page: index, before }, '')
    this.focusHeading()
  }

  focusHeading() {
    scrollTo(0, 0)
    this.headingNow().focus({ preventScroll: true })
  }

  /** Shows the page of the first message and puts the cursor there. */
  showWrong() {
    const control = firstWrong(this.form)
    const index = this.pageOf(control)
    if (index >= 0 && index !== this.current) this.go(index)
    control?.focus()
  }

  /** Goes to the next page, unless something on this one is missing or wrong. */
  async goOn() {
    if (this.isChecking) return
    const { form, words, current } = this
    clearMessages(form)
    sayIn(form, '')
    this.isChecking = true
    this.next.setAttribute('aria-disabled', 'true')
    const missing = missingIn(form, this.sections[current])
    const wrong = missing || showProblems(form, await problemsOn(form, current, answersOf(form)))
    this.isChecking = false
    this.next.removeAttribute('aria-disabled')
    // Somebody was faster with the button of the browser.
    if (current !== this.current) return
    if (wrong > 0) {
      sayIn(form, wrong === 1 ? words.oneWrong : words.severalWrong.replace('{count}', wrong))
      return this.showWrong()
    }
    const following = this.asked().find(index => index > current)
    if (following !== undefined) this.go(following)
  }

  goBack() {
    sayIn(this.form, '')
    const target = this.asked().findLast(index => index < this.current)
    if (target === undefined) return
    // The history of a frame is that of the page around it, where one step back can be anything.
    if (history.state?.before === target && parent === window) return history.back()
    this.show(target)
    history.replaceState({ page: target }, '')
    this.focusHeading()
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
