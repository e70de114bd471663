import type { Page } from 'playwright-core'
import type { LivedIn } from './lived-in.ts'

const languages = ['en', 'zh'] as const
export interface Look {
  readonly language: (typeof languages)[number]
  readonly theme: 'light' | 'dark'
}

export interface Picture {
  readonly name: string
  /** of the page, below /console */
  path(there: LivedIn): string
  /** pixels, below which the page is cut off */
  readonly height: number
  readonly inDark?: boolean
  /** what is done on the page first; whatever it looks for has to be found in either language */
  prepare?(page: Page): Promise<void>
}

/** The pictures in the guides and the READMEs. One more is a line here, and a place where it is shown. */
export const pictures: readonly Picture[] = [
  {
    name: 'overview',
    path: () => '/overview',
    height: 985,
    inDark: true,
    prepare: (page) => page.getByText(/^(30 days|30 天)$/).click(),
  },
  { name: 'keys', path: () => '/keys', height: 700 },
  { name: 'key-activity', path: ({ orders }) => `/keys/${orders}?tab=activity`, height: 760 },
  { name: 'secret', path: () => '/secrets/shop%2Fdatabase?tab=versions', height: 420 },
  { name: 'application', path: () => '/applications', height: 420 },
  {
    name: 'policy-tester',
    path: ({ accountId }) =>
      `/access?tab=tester&caller=acs:ram::${accountId}:user/release-bot&operation=kms:Decrypt&resource=alias/shop/orders`,
    height: 700,
    prepare: (page) => page.getByRole('button', { name: /^(Test|测试)$/ }).click(),
  },
]

export const looksOf = ({ inDark = false }: Picture): readonly Look[] =>
  languages.flatMap((language) => [
    { language, theme: 'light' as const },
    ...(inDark ? [{ language, theme: 'dark' as const }] : []),
  ])

export const fileOf = ({ name }: Picture, { language, theme }: Look): string =>
  theme === 'dark' ? `${name}.${language}.dark.webp` : `${name}.${language}.webp`
