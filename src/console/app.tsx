import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, Spin } from 'antd'
import { useEffect } from 'react'
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { Announcer } from './frame/announcer.tsx'
import { RouteFault } from './frame/fault-boundary.tsx'
import { Frame } from './frame/frame.tsx'
import { pages } from './pages/pages.tsx'
import { queries } from './queries.ts'
import { afterOutage } from './service/outage.ts'
import { IdleWatch } from './sign-in/idle-watch.tsx'
import { findSession, session } from './sign-in/session.ts'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { LanguageProvider } from './text/language.tsx'
import { ThemeProvider } from './theme.tsx'
import { useWatched } from './watched.ts'

const routes: RouteObject[] = [
  {
    // Notices have links in them, so what shows notices stands inside of the router.
    element: (
      <AntApp style={{ height: '100%' }}>
        <SignedIn />
      </AntApp>
    ),
    errorElement: <RouteFault />,
    hydrateFallbackElement: <Spin style={{ width: '100%', paddingTop: 120 }} />,
    children: [{ index: true, element: <Navigate to="/overview" replace /> }, ...pages],
  },
]

export function App() {
  useEffect(() => {
    void findSession()
    // a server that was away while the page was opened is asked again
    return afterOutage(() => {
      if (session.get().state !== 'in') void findSession()
    })
  }, [])
  return (
    <LanguageProvider>
      <ThemeProvider>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
          <Announcer />
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageProvider>
  )
}

/** The console for who is signed in, on whatever page the address says; else the way in. */
function SignedIn() {
  const now = useWatched(session)
  if (now.state === 'asking') return <Spin style={{ width: '100%', paddingTop: 120 }} />
  if (now.state === 'out') return <SignInPage reason={now.reason} />
  return (
    <>
      <IdleWatch session={now.session} />
      <Frame session={now.session} />
    </>
  )
}

const router = createBrowserRouter(routes, { basename: '/console' })
