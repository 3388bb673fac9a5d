const NAME_MAX = 200
// Control characters, and those that turn the direction of writing so that `exe` at the end reads as `txt`.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * The name of a file as it is kept: without a path, without characters nobody sees, at most 200 characters with its ending. What is
 * left without a name is called `file`.
 */
export function cleanFileName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').replaceAll(UNSEEN, '').split(/[/\\]/).at(-1)?.trim() ?? ''
  const bare = last.replace(/^\.+/, '').replace(/[. ]+$/, '')
  if (bare === '') return 'file'
  const characters = [...bare]
  if (characters.length <= NAME_MAX) return bare
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(bare)?.[0] ?? ''
  return characters.slice(0, NAME_MAX - ending.length).join('') + ending
}

/** The header that says how a file is called, for browsers of any age: RFC 6266. */
export function dispositionOf(name: string, isShown: boolean): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replaceAll(/['()*]/g, sign => `%${sign.charCodeAt(0).toString(16)}`)
  return `${isShown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${exact}`
}
