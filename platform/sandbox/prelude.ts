/**
 * The only code of ours inside the interpreter. It takes what it needs of the language before the user's code can
 * change any of it, gives that code its frozen input and a console, and tells how it ended through two functions:
 * `log(line)` and `settle(kind, text, name, stack)`. Neither of them can do anything but keep texts.
 */
export const PRELUDE = `(function (log, settle, inputText) {
  'use strict'
  const { apply, ownKeys } = Reflect
  const { parse, stringify } = JSON
  const { freeze } = Object
  const { slice, replaceAll, toWellFormed } = String.prototype
  const { then } = Promise.prototype
  const toText = String

  // On the way out a text would end at its first NUL, and half a pair would become three signs.
  const cut = text => apply(replaceAll, apply(toWellFormed, apply(slice, text, [0, 1024]), []), ['\\u0000', ''])
  const shown = value => {
    if (typeof value === 'string') return cut(value)
    try {
      const text = typeof value === 'object' ? stringify(value) : undefined
      return cut(typeof text === 'string' ? text : toText(value))
    } catch {
      return '(a value that cannot be shown)'
    }
  }
  const write = (...values) => {
    let line = ''
    for (let index = 0; index < values.length; index++) line += (index > 0 ? ' ' : '') + shown(values[index])
    log(cut(line))
  }
  globalThis.console = { log: write, info: write, warn: write, error: write, debug: write }

  const frozen = value => {
    if (typeof value !== 'object' || value === null) return value
    for (const key of ownKeys(value)) frozen(value[key])
    return freeze(value)
  }
  const input = frozen(parse(inputText))

  const fail = (kind, error) => {
    let name = '', message = '', stack = ''
    try {
      if (typeof error === 'object' && error !== null && typeof error.message === 'string') {
        message = cut(error.message)
        if (typeof error.name === 'string') name = cut(error.name)
        if (typeof error.stack === 'string') stack = cut(error.stack)
      } else message = shown(error)
    } catch {}
    settle(kind, message, name, stack)
  }
  const succeed = value => {
    let text
    try {
      text = value === undefined ? 'null' : stringify(value)
    } catch (error) {
      return fail('not_json', error)
    }
    if (typeof text === 'string') settle('output', text)
    else settle('not_json', 'a ' + typeof value)
  }
  const run = async main => {
    const value = await main(input)
    return typeof value === 'function' ? value(input) : value
  }
  return (main, error, isBroken) => {
    if (isBroken) fail('thrown', error)
    else apply(then, run(main), [succeed, error => fail('thrown', error)])
  }
})`
