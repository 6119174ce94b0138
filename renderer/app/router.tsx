import { createBrowserHistory, createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router'
import { ErrorPlace } from './error-place.tsx'
import { parseSearch, stringifySearch, validateSearch } from './search-params.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, errorComponent: ErrorPlace, validateSearch })

// The shell draws the places, as it keeps those of other tabs too: a route only says which one a URL is.
const start = createRoute({ getParentRoute: () => root, path: '/' })
const connection = createRoute({ getParentRoute: () => root, path: '/connections/$connection' })
const stream = createRoute({ getParentRoute: () => root, path: '/streams/$connection/$region/$name/records' })
const captures = createRoute({ getParentRoute: () => root, path: '/captures' })
const capture = createRoute({ getParentRoute: () => root, path: '/captures/$id' })
const newReplay = createRoute({ getParentRoute: () => root, path: '/replays/new' })
const replay = createRoute({ getParentRoute: () => root, path: '/replays/$id' })

const routeTree = root.addChildren([start, connection, stream, captures, capture, newReplay, replay])

export function createAppRouter(history: RouterHistory = createBrowserHistory()) {
  return createRouter({ routeTree, history, parseSearch, stringifySearch, scrollRestoration: false, defaultErrorComponent: ErrorPlace, defaultNotFoundComponent: () => null })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
