/** Makes an id that no other node, edge or note has; given to edits so that tests can foresee them. */
export type NewId = (prefix: string) => string

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * An id with a random end. Two people who add a step at the same moment must not choose the same id, or one of the
 * steps would be taken for a change of the other.
 */
export const randomId: NewId = prefix => {
  const bytes = crypto.getRandomValues(new Uint8Array(6))
  // The slight preference for some letters does not matter: ids are told apart, not kept secret.
  const end = Array.from(bytes, byte => LETTERS[byte % LETTERS.length]).join('')
  return `${prefix.slice(0, 50)}_${end}`
}
