/**
 * `npm run site`: makes the docs site in dist/site/, pages that any web server can serve, and a search that asks nobody.
 * `npm run site -- --base /docs/` is for a site that is not at the top of its host.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { pictures, placeOf, root, sitePages } from './pages.ts'

const options = {
  base: { type: 'string', default: '/' },
  output: { type: 'string', default: join(root, 'dist/site') },
} as const
const { base, output } = parseArgs({ options }).values
if (!/^\/(?:[\w.-]+\/)*$/.test(base)) {
  process.stderr.write(`--base: "${base}" is no path that begins and ends with a slash\n`)
  process.exit(2)
}

/** What VitePress reads. It lies in this tree, so that VitePress finds what it imports. */
const folder = join(root, '.cache/site')

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

rmSync(folder, { recursive: true, force: true })
for (const { language, route, text } of sitePages()) write(placeOf(language, route), text)
cpSync(join(root, pictures), join(folder, 'pictures'), { recursive: true })
cpSync(join(root, 'src/console/icon.svg'), join(folder, 'public/icon.svg'))
write('.vitepress/config.ts', `export { default } from '${join(import.meta.dirname, 'config.ts')}'\n`)
// The theme with fonts brings one that has no Chinese.
write('.vitepress/theme/index.ts', "export { default } from 'vitepress/theme-without-fonts'\n")

// As a program: its types would bring empty ones of browsers into all that is checked here.
const program = join(root, 'node_modules/vitepress/bin/vitepress.js')
const argv = [program, 'build', folder, '--base', base, '--outDir', resolve(output)]
process.exitCode = spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1
