import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'

const STOPS_MAX = 80

/** Goes from stop to stop until something has the focus: what is not reached so is not there for the keyboard. */
export async function goTo(target: Locator, key: string): Promise<void> {
  await target.waitFor()
  for (let stops = 0; stops < STOPS_MAX; stops++) {
    if (await target.evaluate(element => element === element.ownerDocument.activeElement)) return
    await target.page().keyboard.press(key)
  }
  assert.fail(`It is not reached by ${key}.`)
}
