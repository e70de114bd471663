import { Alert } from 'antd'
import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import { useSay } from '../text/language.tsx'

type Page = Readonly<Record<string, ComponentType>>

/** A page is fetched when it is first gone to. */
const page = (path: string, load: () => Promise<Page>): RouteObject => ({
  path,
  lazy: async () => {
    const [Component] = Object.values(await load())
    if (Component === undefined) throw new TypeError(`the page ${path} has no component`)
    return { Component }
  },
})

/** Every page by its address below /console. A file here exports one component: the page. */
export const pages: RouteObject[] = [
  page('keys', () => import('./keys/keys-page.tsx')),
  { path: '*', element: <NoSuchPage /> },
]

function NoSuchPage() {
  return <Alert type="warning" showIcon title={useSay()('frame.notFound')} />
}
