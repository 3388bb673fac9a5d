/*
 * A page of a form that stands in a page of somebody else: it tells embed.js there how high it is, so that nothing has
 * to be scrolled inside, and leaves it to that page to go to another one. It talks to allowed hosts only.
 */
import { isWelcome } from './site-rules.js'

function enterFrame() {
  const { dataset } = document.documentElement
  // Pages of a form change it; a frame is called after the form.
  const { title } = document
  dataset.framed = ''
  let origin = null
  let height = 0

  const tell = message => {
    if (origin !== null) parent.postMessage({ millrace: dataset.form, ...message }, origin)
  }
  const tellHeight = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height)
    if (now === height) return
    height = now
    tell({ kind: 'height', height })
  }

  addEventListener('message', event => {
    if (event.source !== parent || event.data?.millrace !== 'embed') return
    if (!isWelcome(JSON.parse(dataset.hosts), event.origin, location.origin)) return
    origin = event.origin
    height = 0
    tell({ kind: 'title', title })
    tellHeight()
  })
  new ResizeObserver(tellHeight).observe(document.body)
  // Whoever is there is asked to say so; nothing else is in it.
  parent.postMessage({ millrace: dataset.form, kind: 'hello' }, '*')

  // What is to be seen next may be outside the window, which only the page around can move.
  document.addEventListener('focusin', ({ target }) => {
    const { top, bottom } = target.getBoundingClientRect()
    tell({ kind: 'show', top, bottom })
  })
  document.addEventListener('millrace:page', () => tell({ kind: 'page' }))
  document.addEventListener('millrace:sent', () => tell({ kind: 'sent' }))
  document.addEventListener('millrace:leave', event => {
    if (new URL(event.detail, location.href).origin === location.origin) return
    event.preventDefault()
    if (origin !== null) return tell({ kind: 'leave', url: event.detail })
    try {
      top.location.href = event.detail
    } catch {
      location.assign(event.detail)
    }
  })
}

if (parent !== window) enterFrame()
