import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import { PageHead } from '../parts/page-head.tsx'
import { useSay } from '../text/language.tsx'

type Page = Readonly<Record<string, unknown>>

/** A page is fetched when it is first gone to. */
const page = (path: string, load: () => Promise<Page>): RouteObject => ({
  path,
  lazy: async () => {
    const Component = Object.entries(await load()).find(([name]) => name.endsWith('Page'))?.[1]
    if (Component === undefined) throw new TypeError(`the page ${path} has no component`)
    return { Component: Component as ComponentType }
  },
})

/** Every page by its address below /console. Its file exports one component whose name ends in Page. */
export const pages: RouteObject[] = [
  page('keys', () => import('./keys/keys-page.tsx')),
  page('keys/:keyId', () => import('./keys/key-page.tsx')),
  page('secrets', () => import('./secrets/secrets-page.tsx')),
  page('secrets/:secretName', () => import('./secrets/secret-page.tsx')),
  page('applications', () => import('./applications/applications-page.tsx')),
  page('applications/:name', () => import('./applications/application-page.tsx')),
  page('overview', () => import('./overview/overview-page.tsx')),
  page('instances', () => import('./instances/instances-page.tsx')),
  page('instances/:instanceId', () => import('./instances/instance-page.tsx')),
  page('access', () => import('./access/access-page.tsx')),
  page('access/users/:userName', () => import('./access/user-page.tsx')),
  page('access/roles/:roleName', () => import('./access/role-page.tsx')),
  page('events', () => import('./events/events-page.tsx')),
  page('system', () => import('./system/system-page.tsx')),
  page('find', () => import('./find/find-page.tsx')),
  page('activity', () => import('./activity/activity-page.tsx')),
  { path: '*', element: <NoSuchPage /> },
]

function NoSuchPage() {
  return <PageHead title={useSay()('frame.notFound')} />
}
