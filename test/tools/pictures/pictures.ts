import type { LivedIn } from './lived-in.ts'

export const languages = ['en', 'zh'] as const
export const themes = ['light', 'dark'] as const
export type Look = readonly [language: (typeof languages)[number], theme: (typeof themes)[number]]

export interface Picture {
  readonly name: string
  path(ids: LivedIn): string
  /** pixels, below which a page is cut off */
  readonly height: number
  readonly inDark?: boolean
}

/** The pictures in the guides: one line each. */
export const pictures: readonly Picture[] = [
  { name: 'overview', path: () => '/overview', height: 1010, inDark: true },
  { name: 'keys', path: () => '/keys', height: 760 },
  { name: 'key-access', path: ({ orders }) => `/keys/${orders}?tab=access`, height: 900 },
  { name: 'secret', path: () => '/secrets/shop%2Fdatabase?tab=versions', height: 560 },
  { name: 'applications', path: () => '/applications', height: 560 },
  { name: 'activity', path: () => '/activity', height: 800 },
]

export const looksOf = ({ inDark = false }: Picture): readonly Look[] =>
  languages.flatMap((language) =>
    themes.filter((theme) => theme === 'light' || inDark).map((theme) => [language, theme] as const),
  )

export const fileOf = ({ name }: Picture, [language, theme]: Look): string => `${name}.${language}.${theme}.webp`
