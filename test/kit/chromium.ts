import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const root = join(import.meta.dirname, '../..')
/** Not in the system's folder for temporary files: what lies there runs. */
const folder = join(root, '.cache/chromium')

export interface BrowserOptions {
  /** those that come with it, which have no Chinese, or what the machine has */
  readonly fonts?: 'its own' | 'of the machine'
}

/**
 * Chromium as it comes from npm, with the libraries that it needs and a machine may not have; unpacked once. Its own flags
 * switch off what the console relies on, such as the rule of same origin, so only those that a container needs are used.
 */
export async function startBrowser({ fonts = 'its own' }: BrowserOptions = {}): Promise<Browser> {
  const executablePath = await unpackBrowser()
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    env: {
      HOME: folder,
      PATH: process.env.PATH ?? '',
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      ...(fonts === 'its own' ? { FONTCONFIG_FILE: ownFonts() } : {}),
    },
  })
}

/** Only the fonts that come with it, so that pages are of the same size on every machine. */
function ownFonts(): string {
  const file = join(folder, 'fonts.conf')
  const [fonts, cache] = [join(folder, 'fonts/fonts'), join(folder, 'fonts-cache')]
  const settings = `<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`
  // a browser of another file may be reading it
  if (!existsSync(file) || readFileSync(file, 'utf8') !== settings) writeFileSync(file, settings)
  return file
}

/** The package asks the environment where to unpack, and whether the libraries are wanted, too. */
export async function unpackBrowser(): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const before = { ...process.env }
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' })
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    return await packed.executablePath()
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary: string }[]
}

/** What a page does wrong for who cannot see, hear or use a mouse: WCAG 2.2 AA as far as a machine can tell. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe)
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] }).then((found) => found.violations)`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}
