import { isId } from '../ids.ts'

/** What may be seen of one object: the records of these owners, and these records. All are ids. */
export interface Sight {
  readonly owners: readonly string[]
  /** Records that may be seen and changed whoever owns them. */
  readonly writable: readonly string[]
  /** Records that may only be seen. */
  readonly readable: readonly string[]
}

/** What may be seen, by object. An object that is not named is seen whole. */
export type Visibility = Readonly<Record<string, Sight>>

/** Everything of the organization: system, engine, workers, reactions. */
export const EVERYTHING: Visibility = {}

const OBJECT = /^[a-z]+$/

/** The setting that the policies of an object's tables read; see `platform/db/migrations/0002_visibility.sql`. */
export function settingName(object: string): string {
  if (!OBJECT.test(object)) throw new Error(`${object} is no name of an object.`)
  return `app.sees_${object}`
}

/** The text of the setting. It begins with a dot, because an empty one would show everything. */
export function settingText({ owners, writable, readable }: Sight): string {
  const words = (letter: string, ids: readonly string[]) =>
    ids.map(id => {
      if (!isId(id)) throw new Error('Only ids can say what may be seen.')
      return letter + id
    })
  return ['.', ...words('o', owners), ...words('w', writable), ...words('r', readable)].join(' ')
}

/** The statements that narrow a transaction, each in force until it ends. */
export function narrowing(visibility: Visibility): string[] {
  return Object.entries(visibility).map(
    ([object, sight]) => `set local ${settingName(object)} = '${settingText(sight)}'`,
  )
}
