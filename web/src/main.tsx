import './ui/base.css'
import '@fontsource-variable/inter/opsz.css'
import './ui/tokens.css'
import './ui/mantine.css'
import './ui/mantine-tokens.css'
import './ui/controls.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './shell/query.ts'
import { router } from './shell/router.tsx'
import { colorSchemeManager, theme } from './ui/theme.ts'

const container = document.getElementById('app')
if (!container) throw new Error('The page has no element with the id "app".')

createRoot(container).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
