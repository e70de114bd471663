import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'

const root = join(import.meta.dirname, '../..')
/** Not in the system's folder for temporary files: what lies there runs. */
const folder = join(root, '.cache/chromium')

/**
 * Chromium as it comes from npm, with the libraries that it needs and a machine may not have; unpacked once. Its own flags
 * switch off what the console relies on, such as the rule of same origin, so only those that a container needs are used.
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await unpackedBrowser()
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    env: { HOME: folder, PATH: process.env.PATH ?? '', LD_LIBRARY_PATH: join(folder, 'al2023/lib') },
  })
}

/** The package asks the environment where to unpack, and whether the libraries are wanted, too. */
async function unpackedBrowser(): Promise<string> {
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

/** What a page does wrong for who cannot see, hear or use a mouse: WCAG 2.2 AA as far as a machine can tell. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}
