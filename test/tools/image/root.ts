/** What the layers of the image hold, besides what packages of others bring. */
import { globSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, node, packageFolder, user } from './settings.ts'
import type { Entry } from './tar.ts'

const text = (path: string, content: string, mode = 0o644): Entry => ({
  ...{ path, kind: 'file', mode },
  content: Buffer.from(content),
})

/** Who there is, and which distribution the libraries are of. */
export const system: readonly Entry[] = [
  text('etc/passwd', `root:x:0:0:root:/:/nonexistent\nkeyhaven:x:${user}:${user}::${dataFolder}:/nonexistent\n`),
  text('etc/group', `root:x:0:\nkeyhaven:x:${user}:\n`),
  text('etc/nsswitch.conf', 'hosts: files dns\n'),
  text('etc/os-release', 'PRETTY_NAME="Keyhaven"\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'),
  { path: dataFolder.slice(1), kind: 'folder', mode: 0o700, owner: user },
]

/** What only compilers and other programs read. */
const isLeftOut = (path: string): boolean => /^(?:types|cjs|deploy)\/|\.map$/.test(path)

/** A package as `npm run build` made it. */
export const packageEntries = (folder: string, name: string): Entry[] =>
  filesBelow(folder)
    .filter(({ path }) => !isLeftOut(path))
    .map((entry) => ({
      ...entry,
      path: `${packageFolder.slice(1)}/${name}/${entry.path}`,
      mode: entry.path.startsWith('bin/') ? 0o755 : 0o644,
    }))

/** Every file of a folder, with a path from there. */
export const filesBelow = (folder: string): Entry[] =>
  globSync('**/*', { cwd: folder })
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .map((path) => ({ path, kind: 'file', mode: 0o644, content: readFileSync(join(folder, path)) }))

/** `keyhaven` on the path: there is no `env` in the image that would look for Node. */
export function withProgram(entries: readonly Entry[]): Entry[] {
  const program = `${packageFolder}/keyhaven/bin/keyhaven.js`
  const named = entries.map((entry) => {
    if (`/${entry.path}` !== program) return entry
    const source = Buffer.from(entry.content ?? []).toString('utf8')
    return { ...entry, content: Buffer.from(source.replace(/^#!.*$/m, `#!${node}`)) }
  })
  return [...named, { path: 'usr/bin/keyhaven', kind: 'symlink', mode: 0o777, target: program }]
}
