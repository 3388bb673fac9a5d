/*
 * Uploads files as soon as they are chosen, so that sending the form does not wait for them. Each is listed with how far it
 * is and a button that removes it. Without this file they go along with the form.
 */
const form = document.querySelector('form[data-endpoint]')

function say(text, about) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => about[name] ?? whole)
}

/** Storage can be full or forbidden; then a reload forgets what is attached. */
function withStorage(work) {
  try {
    return work(sessionStorage)
  } catch {
    return null
  }
}

/** What the server said in words, if it did. */
function toldBy({ status, responseText }) {
  try {
    const problem = JSON.parse(responseText)
    return problem.errors?.[0]?.message ?? (status < 500 ? problem.title : undefined)
  } catch {
    return undefined
  }
}

/** A control that uploads by itself. */
class FilesField {
  /** What is attached or on its way: `upload` is its handle once it is there. */
  files = []
  pending = new Set()
  /** What went wrong since files were chosen last, in words. */
  wrong = []

  constructor(input) {
    this.input = input
    this.place = input.closest('[data-field]')
    this.key = this.place.dataset.field
    this.list = this.place.querySelector('.files')
    this.words = JSON.parse(input.dataset.uploadWords)
    this.most = Number(input.dataset.most)
    this.stored = `millrace files ${form.dataset.key} ${this.key}`
    // For whoever hears the page; who sees it looks at the rows. Of files that end at the same moment each is said.
    this.status = document.createElement('p')
    this.status.className = 'away'
    this.status.setAttribute('role', 'status')
    this.status.setAttribute('aria-atomic', 'false')
    input.after(this.status)
    input.classList.add('uploads')
    this.place.answer = () => this.files.flatMap(({ upload }) => upload ?? [])
    input.addEventListener('change', () => {
      const chosen = [...input.files]
      // What was chosen is listed, and choosing the same again is another choice.
      input.value = ''
      this.attach(chosen)
    })
    form.addEventListener('millrace:sending', ({ detail }) => this.holdUp(detail))
    form.addEventListener('millrace:sent', () => withStorage(storage => storage.removeItem(this.stored)))
    this.restore()
  }

  /** What came with the page goes before what was kept over a reload. */
  restore() {
    const here = [...this.list.querySelectorAll('input:checked')].map(({ value, nextSibling }) => ({
      upload: value,
      name: nextSibling.textContent,
    }))
    this.list.replaceChildren()
    const kept = withStorage(storage => JSON.parse(storage.getItem(this.stored))) ?? []
    this.files = here.length > 0 ? here : kept
    for (const file of this.files) this.show(file)
    this.list.hidden = this.files.length === 0
  }

  /** Sending waits for what is on its way; the answers were taken down before it was there. */
  holdUp({ body, wait }) {
    if (this.pending.size === 0) return
    wait(
      Promise.all(this.pending).then(() => {
        if (body.answers[this.key]) body.answers[this.key] = this.place.answer()
      }),
    )
  }

  complain() {
    const { input, key } = this
    const text = this.wrong.join(' ')
    const error = document.getElementById(`e-${key}`)
    error.textContent = text
    error.hidden = text === ''
    if (text === '') input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
    const described = [`h-${key}`, text === '' ? '' : `e-${key}`].filter(id => document.getElementById(id))
    input.setAttribute('aria-describedby', described.join(' '))
  }

  changed() {
    this.list.hidden = this.files.length === 0
    this.input.required = false
    const kept = this.files.filter(({ upload }) => upload).map(({ upload, name }) => ({ upload, name }))
    withStorage(storage => storage.setItem(this.stored, JSON.stringify(kept)))
    this.input.dispatchEvent(new Event('input', { bubbles: true }))
  }

  attach(chosen) {
    const { words, most } = this
    const { megabytes } = this.input.dataset
    this.wrong = []
    this.status.replaceChildren()
    for (const blob of chosen) {
      const about = { name: blob.name, count: most, megabytes }
      if (this.files.length >= most) {
        this.wrong.push(say(words.tooMany, about))
        break
      }
      if (blob.size === 0 || blob.size > Number(megabytes) * 1048576) {
        this.wrong.push(say(blob.size === 0 ? words.empty : words.tooLarge, about))
        continue
      }
      const file = { name: blob.name }
      this.files.push(file)
      this.show(file)
      this.send(file, blob)
    }
    // What is said beside a field goes when somebody writes in it, so this comes first.
    this.changed()
    this.complain()
  }

  show(file) {
    const row = document.createElement('li')
    const label = document.createElement('span')
    label.textContent = file.name
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = '×'
    button.setAttribute('aria-label', say(this.words.remove, file))
    button.addEventListener('click', () => this.remove(file))
    const state = document.createElement('span')
    state.className = 'state'
    row.append(label, state, button)
    this.list.append(row)
    Object.assign(file, { row, state })
    if (file.upload) this.showThere(file)
  }

  /** How far a file is, as a bar and in figures. */
  showProgress({ name, row, state }, part) {
    const percent = String(Math.floor(100 * part))
    const bar = row.querySelector('progress') ?? document.createElement('progress')
    bar.value = part
    bar.setAttribute('aria-label', say(this.words.uploading, { name, percent }))
    state.textContent = `${percent} %`
    row.setAttribute('aria-busy', 'true')
    row.append(bar)
  }

  showThere(file) {
    const { row, state } = file
    row.querySelector('progress')?.remove()
    row.removeAttribute('aria-busy')
    state.setAttribute('role', 'img')
    state.setAttribute('aria-label', say(this.words.attached, file))
    state.textContent = ''
  }

  forget(file) {
    this.files = this.files.filter(each => each !== file)
    file.row.remove()
  }

  remove(file) {
    this.forget(file)
    file.abort?.()
    if (file.upload) {
      // Nobody waits for it: what is not sent goes by itself after a day.
      const request = new XMLHttpRequest()
      request.open('DELETE', `${this.input.dataset.upload}/${encodeURIComponent(file.upload)}`)
      request.send()
    }
    this.wrong = []
    this.changed()
    this.complain()
    this.input.focus()
  }

  send(file, blob) {
    const request = new XMLHttpRequest()
    const token = form.elements.namedItem('_token').value
    const query = new URLSearchParams({ field: this.key, name: file.name, token })
    file.abort = () => request.abort()
    this.showProgress(file, 0)
    const done = new Promise(resolve => {
      request.addEventListener('loadend', resolve)
      request.upload.addEventListener('progress', ({ loaded, total }) =>
        this.showProgress(file, total > 0 ? loaded / total : 0),
      )
      request.open('POST', `${this.input.dataset.upload}?${query}`)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.setRequestHeader('accept', 'application/json')
      request.send(blob)
    }).then(() => this.hear(file, request))
    this.pending.add(done)
    done.finally(() => this.pending.delete(done))
  }

  hear(file, request) {
    if (!this.files.includes(file)) return
    if (request.status === 201) {
      file.upload = JSON.parse(request.responseText).upload
      this.showThere(file)
      const line = document.createElement('span')
      line.textContent = `${say(this.words.attached, file)} `
      this.status.append(line)
    } else {
      this.forget(file)
      this.wrong.push(toldBy(request) ?? say(this.words.failed, file))
    }
    this.changed()
    this.complain()
  }
}

if (form) for (const input of form.querySelectorAll('input[data-upload]')) new FilesField(input)
