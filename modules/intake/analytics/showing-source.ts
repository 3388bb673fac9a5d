/** Where somebody came from when nothing says so. */
export const DIRECT = 'direct'
/** What is not counted by its own name. */
export const OTHER = 'other'

const LENGTH_MAX = 60
/** Words of campaigns and names of hosts; what identifies somebody, such as an address, has other characters. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} ._+-]*$/u
/** So many digits in a row are a number of somebody or of something, not the name of a source. */
const NUMBERED = /\d{7}/

/**
 * The name a source is counted by: what a campaign is called or the host somebody came from, in small letters. What is no such
 * name is `other`, so that nothing about a person is kept by it.
 */
export function sourceName(text: string): string {
  const name = text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  if (name === '') return DIRECT
  return name.length <= LENGTH_MAX && PLAIN.test(name) && !NUMBERED.test(name) ? name : OTHER
}

/** The source that the address of a form's page names, as its own script finds it; nothing when it names none. */
export function sourceOfAddress(address: string | undefined): string {
  return URL.parse(address ?? '')?.searchParams.get('utm_source') ?? ''
}
