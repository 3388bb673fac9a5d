/*
 * Uploads files as soon as they are chosen, so that sending the form does not wait for them. Each is listed with a button
 * that removes it. Without this file they go along with the form.
 */
const form = document.querySelector('form[data-endpoint]')

function say(text, about) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => about[name] ?? whole)
}

/** Where files are remembered over a reload, for as long as the tab is open. */
function nameOf(key) {
  return `millrace files ${form.dataset.key} ${key}`
}

function withStorage(work) {
  try {
    return work(sessionStorage)
  } catch {
    return null
  }
}

/** Makes one control upload by itself. */
function enhance(input) {
  const place = input.closest('[data-field]')
  const key = place.dataset.field
  const list = place.querySelector('.files')
  const error = document.getElementById(`e-${key}`)
  const words = JSON.parse(input.dataset.uploadWords)
  const most = Number(input.dataset.most)
  const bytesMax = Number(input.dataset.megabytes) * 1048576
  const status = document.createElement('p')
  status.className = 'help'
  status.setAttribute('role', 'status')
  input.after(status)
  input.classList.add('uploads')
  /** What is attached or on its way: `upload` is its handle once it is there. */
  let files = []
  const pending = new Set()

  place.answer = () => files.flatMap(({ upload }) => upload ?? [])

  function complain(text) {
    error.textContent = text
    error.hidden = text === ''
    if (text === '') input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
    const described = [`h-${key}`, text === '' ? '' : `e-${key}`].filter(id => document.getElementById(id))
    input.setAttribute('aria-describedby', described.join(' '))
  }

  function changed() {
    list.hidden = files.length === 0
    input.required = false
    const kept = files.filter(({ upload }) => upload).map(({ upload, name }) => ({ upload, name }))
    withStorage(storage => storage.setItem(nameOf(key), JSON.stringify(kept)))
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }

  function show(file) {
    const row = document.createElement('li')
    const label = document.createElement('span')
    label.textContent = file.name
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'remove'
    button.textContent = '×'
    button.setAttribute('aria-label', say(words.remove, file))
    button.addEventListener('click', () => {
      files = files.filter(each => each !== file)
      file.abort?.()
      row.remove()
      if (file.upload) {
        const path = `${input.dataset.upload}/${encodeURIComponent(file.upload)}`
        fetch(path, { method: 'DELETE' }).catch(() => {})
      }
      status.textContent = ''
      changed()
      input.focus()
    })
    row.append(label, button)
    list.append(row)
    file.row = row
  }

  function send(file, blob) {
    const request = new XMLHttpRequest()
    const token = form.elements.namedItem('_token').value
    const query = new URLSearchParams({ field: key, name: file.name, token })
    file.abort = () => request.abort()
    const done = new Promise(resolve => {
      request.addEventListener('loadend', resolve)
      request.upload.addEventListener('progress', ({ loaded, total }) => {
        const percent = String(Math.floor((100 * loaded) / total))
        status.textContent = say(words.uploading, { name: file.name, percent })
      })
      request.open('POST', `${input.dataset.upload}?${query}`)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.setRequestHeader('accept', 'application/json')
      request.send(blob)
    }).then(() => heard(file, request))
    pending.add(done)
    done.finally(() => pending.delete(done))
  }

  function heard(file, { status: code, responseText }) {
    if (!files.includes(file)) return
    let answer = {}
    try {
      answer = JSON.parse(responseText)
    } catch {
      // Nothing came back.
    }
    status.textContent = ''
    let wrong = ''
    if (code === 201) {
      file.upload = answer.upload
      status.textContent = say(words.attached, file)
    } else {
      files = files.filter(each => each !== file)
      file.row.remove()
      const told = answer.errors?.[0]?.message ?? (code >= 400 && code < 500 ? answer.title : undefined)
      wrong = told ?? say(words.failed, file)
    }
    changed()
    if (wrong !== '') complain(wrong)
  }

  function attach(chosen) {
    let wrong = ''
    for (const blob of chosen) {
      const about = { name: blob.name, count: most, megabytes: input.dataset.megabytes }
      if (files.length >= most) {
        wrong = say(words.tooMany, about)
        break
      }
      if (blob.size === 0 || blob.size > bytesMax) {
        wrong = say(blob.size === 0 ? words.empty : words.tooLarge, about)
        continue
      }
      const file = { name: blob.name }
      files.push(file)
      show(file)
      send(file, blob)
    }
    // What is said beside a field goes when somebody writes in it, so this comes first.
    changed()
    complain(wrong)
  }

  input.addEventListener('change', () => {
    const chosen = [...input.files]
    // What was chosen is listed, and choosing the same again is another choice.
    input.value = ''
    attach(chosen)
  })
  form.addEventListener('millrace:sending', ({ detail }) => {
    if (pending.size === 0) return
    // The answers were taken down before the last file was there.
    detail.wait(
      Promise.all(pending).then(() => {
        if (detail.body.answers[key]) detail.body.answers[key] = place.answer()
      }),
    )
  })
  form.addEventListener('millrace:sent', () => withStorage(storage => storage.removeItem(nameOf(key))))

  const here = [...list.querySelectorAll('input:checked')].map(({ value, nextSibling }) => ({
    upload: value,
    name: nextSibling.textContent,
  }))
  list.replaceChildren()
  const kept =
    here.length > 0 ? here : (withStorage(storage => JSON.parse(storage.getItem(nameOf(key)))) ?? [])
  for (const file of kept) {
    files.push(file)
    show(file)
  }
  list.hidden = files.length === 0
}

if (form) for (const input of form.querySelectorAll('input[data-upload]')) enhance(input)
