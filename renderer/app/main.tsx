import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ClientProvider } from '../platform/client.ts'
import { connect } from '../platform/connect.ts'
import { openTransport } from '../platform/transport.ts'
import '../ui/tokens.css'
import '../ui/fonts.css'
import '../ui/base.css'
import { PopupRoot } from '../ui/popup-root.tsx'
import { LostBanner } from './lost-banner.tsx'
import { createAppRouter } from './router.tsx'
import { currentTheme, setTheme } from './theme.ts'

setTheme(currentTheme())
const connected = connect(() => openTransport())
// A computer that wakes up, or a network that is back, need not wait for the next try.
window.addEventListener('online', connected.retryNow)
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') connected.retryNow() })

const queries = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, networkMode: 'always' }, mutations: { networkMode: 'always' } } })
const router = createAppRouter()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ClientProvider value={connected.client}>
        <PopupRoot>
          <div className="app">
            <LostBanner connected={connected} />
            <RouterProvider router={router} />
          </div>
        </PopupRoot>
      </ClientProvider>
    </QueryClientProvider>
  </StrictMode>,
)
