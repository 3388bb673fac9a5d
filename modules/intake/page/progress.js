/*
 * Says how far a visitor comes in a form: which fields were entered, never what was written there. Each report says all
 * of it, so nothing hangs on a single one. No cookie and no storage; the page is known by the random id in its token.
 */

/** How long after the last change a report goes out, so that typing from field to field is one report and not ten. */
const PAUSE_MS = 4000

function follow(form) {
  const entered = new Set()
  const source = sourceOf()
  const device = deviceOf()
  let lastField = null
  let told = ''
  let isOver = false
  let timer

  function report() {
    clearTimeout(timer)
    timer = undefined
    // Only a program fills in what nobody sees, and programs are not counted.
    if (isOver || form.elements.namedItem('_website').value !== '') return
    const token = form.elements.namedItem('_token').value
    const text = JSON.stringify({ token, source, device, entered: [...entered], lastField })
    if (text === told) return
    told = text
    navigator.sendBeacon(form.dataset.progress, new Blob([text], { type: 'application/json' }))
  }

  function enter(event) {
    const field = event.target.closest('[data-field]')?.dataset.field
    if (!field || field === lastField) return
    const isStart = entered.size === 0
    entered.add(field)
    lastField = field
    if (isStart) report()
    else timer ??= setTimeout(report, PAUSE_MS)
  }

  form.addEventListener('focusin', enter)
  // What a browser fills in by itself is entered without having been gone to.
  form.addEventListener('input', enter)
  form.addEventListener('millrace:sent', () => {
    clearTimeout(timer)
    isOver = true
  })
  addEventListener('pagehide', () => timer !== undefined && report())
  whenSeen(() => {
    report()
    document.addEventListener('visibilitychange', report)
  })
}

/** Runs something once a page is looked at: one that a browser makes ready in advance may never be. */
function whenSeen(work) {
  if (document.visibilityState === 'visible' && !document.prerendering) return work()
  const look = () => {
    if (document.visibilityState !== 'visible') return
    document.removeEventListener('visibilitychange', look)
    work()
  }
  document.addEventListener('visibilitychange', look)
}

/** What a campaign calls itself, else the host somebody came from. */
function sourceOf() {
  const named = new URLSearchParams(location.search).get('utm_source')
  if (named) return named.slice(0, 500)
  const host = hostOf(document.referrer)
  return host === location.host ? '' : host.replace(/^www\./, '')
}

/** Old browsers have no URL.parse. */
function hostOf(address) {
  try {
    return new URL(address).host
  } catch {
    return ''
  }
}

/** By the width of the screen, because a form in the page of another site says nothing of it. */
function deviceOf() {
  if (screen.width < 640) return 'phone'
  return screen.width < 1100 ? 'tablet' : 'desktop'
}

const found = document.querySelector('form[data-progress]')
if (found instanceof HTMLFormElement) follow(found)
