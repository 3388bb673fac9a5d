import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../shell/root-routes.tsx'

/** Every shared piece in every state, with sample content. */
export const galleryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/_ui',
  component: lazyRouteComponent(() => import('./gallery.tsx'), 'GalleryPage'),
})
