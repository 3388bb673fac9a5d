/*
 * What a page does when the server asks for a proof of work: sixteen small puzzles, in slices so short that the page stays
 * as quick as it was. Also hands on what the widget of a captcha gave, where the form has one.
 */
const PUZZLES = 16
const ZERO_BITS = 13
/** A slice of work; a page that answers within 50 ms feels as if nothing was going on. */
const SLICE_MS = 12
const TRIES_AT_ONCE = 200

/** The fractional parts of the roots of the first primes, which SHA-256 is made with. */
const K = new Uint32Array(64)
const START = new Uint32Array(8)

function fillConstants() {
  const fraction = root => ((root % 1) * 2 ** 32) >>> 0
  for (let number = 2, count = 0; count < 64; number++) {
    let divisor = 2
    while (number % divisor !== 0) divisor++
    if (divisor < number) continue
    if (count < 8) START[count] = fraction(number ** (1 / 2))
    K[count++] = fraction(number ** (1 / 3))
  }
}

const schedule = new Uint32Array(64)

function turn(word, bits) {
  return (word >>> bits) | (word << (32 - bits))
}

/** Takes one block of 16 words in. */
function compress(state, block) {
  for (let index = 0; index < 64; index++) {
    if (index < 16) schedule[index] = block[index]
    else {
      const early = schedule[index - 15]
      const late = schedule[index - 2]
      const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
      const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
      schedule[index] = schedule[index - 16] + small + schedule[index - 7] + large
    }
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  let f = state[5]
  let g = state[6]
  let h = state[7]
  for (let index = 0; index < 64; index++) {
    const mix = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))
    const first = (h + mix + K[index] + schedule[index]) | 0
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}

/** Takes whole blocks of bytes in. */
function compressAll(state, bytes, end) {
  for (let start = 0; start < end; start += 64) {
    for (let index = 0; index < 16; index++) {
      const at = start + index * 4
      words[index] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    }
    compress(state, words)
  }
}

const words = new Uint32Array(16)
const own = new Uint32Array(8)

/** The first word of the SHA-256 of a text: `bytes` hold its end, up to `end`, and `state` what was taken in before. */
function firstWord(state, bytes, end, length) {
  const size = end + 9 > 64 ? 128 : 64
  bytes.fill(0, end, size)
  bytes[end] = 0x80
  for (let index = 1; index <= 4; index++) bytes[size - index] = (length * 8) >>> (8 * (index - 1))
  own.set(state)
  compressAll(own, bytes, size)
  return own[0]
}

/** Lets the page do what it has to, without the pause that timers make. */
function breathe() {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** The least number whose hash begins with enough zeros. */
async function solve(text, clock) {
  const given = new TextEncoder().encode(text)
  const whole = given.length - (given.length % 64)
  const state = START.slice()
  compressAll(state, given, whole)
  const bytes = new Uint8Array(128)
  bytes.set(given.subarray(whole))
  for (let number = 0; ; number++) {
    const digits = number.toString(36)
    let end = given.length - whole
    for (let index = 0; index < digits.length; index++) bytes[end++] = digits.charCodeAt(index)
    if (firstWord(state, bytes, end, whole + end) >>> (32 - ZERO_BITS) === 0) return digits
    if (number % TRIES_AT_ONCE !== 0 || performance.now() - clock.at < SLICE_MS) continue
    await breathe()
    clock.at = performance.now()
  }
}

/** The proof of work for a token. */
export async function proofOf(token) {
  if (START[0] === 0) fillConstants()
  const clock = { at: performance.now() }
  const numbers = []
  for (let place = 0; place < PUZZLES; place++) numbers.push(await solve(`${token}.${place}.`, clock))
  return numbers.join('.')
}

/** Joins in when a form is sent. */
function prove(form) {
  const token = () => form.elements.namedItem('_token').value
  const found = new Map()
  form.addEventListener('millrace:sending', ({ detail: { body } }) => {
    const proof = found.get(body.token)
    if (proof !== undefined) body.proof = proof
    const { captcha } = form.dataset
    const answer = captcha && form.elements.namedItem(captcha)?.value
    if (answer) body.captcha = answer
  })
  form.addEventListener('millrace:refused', event => {
    const { problem, again } = event.detail
    // A proof that was not good enough once is not made better by another one.
    if (problem.code !== 'intake.proof_needed' || found.has(token())) return
    event.preventDefault()
    const current = token()
    again(proofOf(current).then(proof => found.set(current, proof)))
  })
}

const form = globalThis.document?.querySelector('form[data-endpoint]')
if (form) prove(form)
