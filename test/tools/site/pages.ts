/**
 * The pages of the docs site: the Markdown of this repository, each with its place on the site and with links that lead
 * there. A file or folder that a page links to, such as an example, becomes a page that shows it.
 */
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, posix } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

export type Language = 'en-US' | 'zh-CN'
export const languages: readonly Language[] = ['en-US', 'zh-CN']

export interface Page {
  /** path in the repository */
  readonly source: string
  readonly language: Language
  /** path on the site, without what it begins with for a language and without extension: twins have the same */
  readonly route: string
  readonly text: string
}

/** What is for who works on the project itself, and is English only. */
export const ofContributors: readonly string[] = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/architecture.md',
  'docs/performance.md',
  'docs/reference/security-requirements.md',
]

const chineseEnd = '.zh-CN.md'
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The Markdown that the site is made of, by path in the repository. */
export const sources: readonly string[] = globSync(
  ['*.md', 'docs/**/*.md', 'examples/*/README.md', 'examples/*/README.zh-CN.md'],
  { cwd: root },
)
  .map((file) => file.replaceAll('\\', '/'))
  .sort()

const languageOf = (source: string): Language => (source.endsWith(chineseEnd) ? 'zh-CN' : 'en-US')
export const twinOf = (source: string): string =>
  languageOf(source) === 'zh-CN' ? source.replace(chineseEnd, '.md') : source.replace(/\.md$/, chineseEnd)

/** `docs/guides/access.zh-CN.md` is `guides/access`, and the README of an example has the name of its folder. */
export function routeOf(source: string): string {
  const path = source.replace(chineseEnd, '.md').replace(/\.md$/, '')
  if (path === 'README') return 'index'
  return path
    .replace(/^docs\//, '')
    .replace(/\/README$/, '')
    .replaceAll(/^[A-Z]+$/g, (name) => name.toLowerCase())
}

/** Where on the site a page is, from its top; `.md` as the generator wants it in links. */
export const placeOf = (language: Language, route: string): string =>
  `${language === 'zh-CN' ? 'zh-CN/' : ''}${route}.md`

/** As GitHub names headings in links, so that these hold in both places. */
export const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** Every page of the site, in both languages. In place of a Chinese one that there is not stands the English text, and says so. */
export function sitePages(): readonly Page[] {
  const files = new Set<string>()
  const pages = languages.flatMap((language) =>
    sources
      .filter((source) => languageOf(source) === 'en-US')
      .map((english) => {
        const chinese = twinOf(english)
        const isTranslated = language === 'en-US' || sources.includes(chinese)
        const source = language === 'zh-CN' && isTranslated ? chinese : english
        const text = withLinks(source, language, files)
        return { source, language, route: routeOf(source), text: isTranslated ? text : withNotice(text) }
      }),
  )
  const folders = [...files].filter((file) => statSync(join(root, file)).isDirectory())
  const shown = new Set([...files, ...folders.flatMap(filesIn)]).difference(new Set(folders))
  return [
    ...pages,
    ...folders.flatMap((folder) => languages.map((language) => folderAsPage(folder, language))),
    ...[...shown].sort().flatMap((file) => languages.map((language) => fileAsPage(file, language))),
  ]
}

const withNotice = (text: string): string => text.replace(/^(# .*\n)/, '$1\n> 本页只有英文。\n')

/** The site itself leads to the other language. */
const withoutSwitch = (text: string): string => text.replace(/^\[(?:中文|English)\]\([\w.-]+\)\n\n/m, '')

/** A page with its links as they are on the site. Files that it links to are added to `files`. */
function withLinks(source: string, language: Language, files: Set<string>): string {
  const rewritten = (target: string): string => {
    if (/^[a-z]+:|^#/.test(target)) return target
    const [path = '', heading] = target.split('#')
    const file = posix.join(posix.dirname(source), path)
    if (!existsSync(join(root, file))) throw new Error(`${source} links to ${target}, which is not there`)
    const end = heading === undefined ? '' : `#${heading}`
    if (sources.includes(file)) {
      // Headings are in the language of the page that is named.
      const to = heading !== undefined && sources.includes(twinOf(file)) ? languageOf(file) : language
      return `/${placeOf(to, routeOf(file))}${end}`
    }
    files.add(file)
    return `/${placeOf(language, routeOfFile(file))}${end}`
  }
  return outsideCode(withoutSwitch(textOf(source)), (text) =>
    text
      .replaceAll(
        /(!?)\]\(([^)\s]+)\)/g,
        (_, picture: string, target: string) =>
          `${picture}](${isPicture(target) ? pictureOf(source, target, language) : rewritten(target)})`,
      )
      .replaceAll(
        /(src|srcset)="([^"]+)"/g,
        (_, name: string, target: string) => `${name}="${pictureOf(source, target, language)}"`,
      ),
  )
}

/** Hands all that stands outside fenced blocks and code to a function. */
const outsideCode = (text: string, change: (text: string) => string): string =>
  text
    .split(/(^```[\s\S]*?^```$|`[^`\n]+`)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('')

const isPicture = (target: string): boolean => /\.(?:webp|png|svg)$/.test(target)
export const pictures = 'docs/pictures'

/** Pictures stand beside the pages, in one folder, and are named from the page. */
function pictureOf(source: string, target: string, language: Language): string {
  const file = posix.join(posix.dirname(source), target)
  if (dirname(file) !== pictures || !existsSync(join(root, file)))
    throw new Error(`${source} shows ${target}, which is not in ${pictures}`)
  const from = posix.dirname(placeOf(language, routeOf(source)))
  const way = posix.relative(from, `pictures/${basename(file)}`)
  return way.startsWith('.') ? way : `./${way}`
}

const codeLanguages: Readonly<Record<string, string>> = {
  '': 'txt',
  '.1': 'txt',
  '.cfg': 'txt',
  '.conf': 'ini',
  '.service': 'ini',
  '.mjs': 'js',
  '.yml': 'yaml',
}

/** What ends like a page would not be found as a file, and a README would become the index of its folder. */
const routeOfFile = (file: string): string => `files/${file.replace(/\.md$/, '-md')}`

function fileAsPage(file: string, language: Language): Page {
  const end = extname(file)
  const fence = '````'
  const code = `${fence}${codeLanguages[end] ?? end.slice(1)}\n${textOf(file).trimEnd()}\n${fence}\n`
  return { source: file, language, route: routeOfFile(file), text: `# ${basename(file)}\n\n\`${file}\`\n\n${code}` }
}

/** A folder as a list of what is in it. */
function folderAsPage(folder: string, language: Language): Page {
  const links = filesIn(folder).map((file) => `- [${basename(file)}](/${placeOf(language, routeOfFile(file))})`)
  return { source: folder, language, route: routeOfFile(folder), text: `# ${folder}\n\n${links.join('\n')}\n` }
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder))
    .sort()
    .map((name) => `${folder}/${name}`)

export interface Group {
  readonly name: 'guides' | 'reference' | 'examples' | 'more'
  readonly pages: readonly { readonly source: string; readonly title: string; readonly place: string }[]
}

/** What the README of a language lists, in its order: the one list of pages there is. */
export function listedPages(language: Language): readonly Group[] {
  const readme = language === 'zh-CN' ? 'README.zh-CN.md' : 'README.md'
  const links = [...textOf(readme).matchAll(/\]\(([^)\s#]+\.md)\)/g)].map(([, target = '']) => target)
  const listed = [...new Set(links)].filter((target) => target !== twinOf(readme))
  const byGroup = Map.groupBy(listed, groupOf)
  return (['guides', 'reference', 'examples', 'more'] as const).map((name) => ({
    name,
    pages: (byGroup.get(name) ?? []).map((source) => ({
      source,
      title: titleOf(textOf(source)),
      place: placeOf(language, routeOf(source)),
    })),
  }))
}

const groupOf = (source: string): Group['name'] =>
  source.startsWith('docs/guides/')
    ? 'guides'
    : source.startsWith('docs/reference/')
      ? 'reference'
      : source.startsWith('examples/')
        ? 'examples'
        : 'more'

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? ''
