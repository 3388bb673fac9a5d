/*
 * Shows a form in a page of one's own: <script async src="https://…/f/embed.js" data-form="KEY"></script> puts it where
 * the script stands, and <iframe data-millrace-form="KEY" src="https://…/f/KEY"> with this script anywhere becomes as high
 * as its form. It listens to frames of the form's own site only. Once a form was sent its frame says so with the event
 * `millrace:sent`, which bubbles.
 */
const { currentScript } = document
const site = new URL(currentScript.src).origin
const SELECTOR = 'iframe[data-millrace-form]'
/** What measures campaigns goes along; a page can name more in `data-parameters`. */
const CAMPAIGN = /^(utm_\w+|gclid|fbclid|msclkid)$/
const HEIGHT_MAX = 20_000

/** The frame of a form, with what the address of the page says about where its reader comes from. */
function frameFor({ form, title = '', parameters = '', query = '' }) {
  const address = new URL(`/f/${encodeURIComponent(form)}`, site)
  const named = parameters.split(/[\s,]+/)
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (CAMPAIGN.test(name) || named.includes(name)) address.searchParams.append(name, value)
  }
  for (const [name, value] of new URLSearchParams(query)) address.searchParams.append(name, value)
  const frame = document.createElement('iframe')
  frame.dataset.millraceForm = form
  frame.title = title
  frame.src = address.href
  frame.style.cssText = 'display:block;width:100%;border:0;height:600px'
  return frame
}

/** Which frame of ours a message came from; undefined when it is from anywhere else. */
function senderOf(event) {
  if (event.origin !== site) return undefined
  return [...document.querySelectorAll(SELECTOR)].find(
    frame => frame.contentWindow === event.source && frame.dataset.millraceForm === event.data?.millrace,
  )
}

/** Moves the page when a place in the frame is out of sight. */
function bringIntoView(frame, top, bottom) {
  const start = frame.getBoundingClientRect().top
  if (start + bottom < 0 || start + top > innerHeight - 40) scrollBy({ top: start + top - innerHeight / 4 })
}

function hear(frame, { kind, height, title, top, bottom, url }) {
  if (kind === 'hello') frame.contentWindow.postMessage({ millrace: 'embed' }, site)
  else if (kind === 'height' && height >= 0) frame.style.height = `${Math.min(height, HEIGHT_MAX)}px`
  else if (kind === 'title' && frame.title === '') frame.title = String(title)
  else if (kind === 'show' && Number.isFinite(top + bottom)) bringIntoView(frame, top, bottom)
  else if (kind === 'sent') frame.dispatchEvent(new CustomEvent('millrace:sent', { bubbles: true }))
  else if (kind === 'leave' && /^https?:\/\//.test(url)) location.assign(url)
}

// A page with several forms has this script several times; one of them listens.
const listening = Symbol.for(`millrace ${site}`)
if (!window[listening]) {
  window[listening] = true
  addEventListener('message', event => {
    const frame = senderOf(event)
    if (frame) hear(frame, event.data)
  })
}

if (currentScript.dataset.form) {
  const frame = frameFor(currentScript.dataset)
  const { target } = currentScript.dataset
  const place = target && document.querySelector(target)
  if (place) place.append(frame)
  else if (document.body?.contains(currentScript)) currentScript.after(frame)
  else
    addEventListener('DOMContentLoaded', () =>
      (document.querySelector(target || null) ?? document.body).append(frame),
    )
}
// Frames that were there before this script have said hello to nobody.
for (const frame of document.querySelectorAll(SELECTOR)) {
  frame.contentWindow?.postMessage({ millrace: 'embed' }, site)
}
