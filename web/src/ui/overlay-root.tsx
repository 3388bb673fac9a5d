export const overlayRootId = 'overlays'

/** Where menus, tooltips and dialogs are drawn. Each page outside of the app's frame puts one in its <main>. */
export function OverlayRoot() {
  return <div id={overlayRootId} />
}
