/** Whether a key was pressed in a field, one whose own list is open left out: there the key is meant for the list. */
export function isField(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input, textarea, [contenteditable="true"], [data-typing]') &&
    target.getAttribute('aria-expanded') !== 'true'
  )
}
