/**
 * `npm run image`: makes an OCI image layout without a container engine, dist/image and as one file beside it, of the
 * packages as `npm run build` makes them, the pinned Node and pinned packages of Debian, for amd64 and arm64. Equal sources
 * give equal bytes. `--check` makes it twice, compares both, and starts what is in it; `--pin` raises the Debian packages
 * to those that there are now. Needs package registries, so it is no part of `npm test`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../build/bundle.ts'
import { sdkManifest, serverManifest } from '../build/manifests.ts'
import { readLock } from '../build/sbom.ts'
import { readLayout } from './check/read-layout.ts'
import { startImage } from './check/start-image.ts'
import { authorities, entriesOf, PackageSource, pinsFor } from './debian-packages.ts'
import { imageSbom } from './image-sbom.ts'
import { type Platform, writeLayout } from './layout.ts'
import { fetchNode } from './node-package.ts'
import { filesBelow, packageEntries, system, withProgram } from './root.ts'
import { config, imageName, version } from './settings.ts'
import { writeTar } from './tar.ts'

const cache = join(root, '.cache/image')
const dist = join(root, 'dist')
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

mkdirSync(cache, { recursive: true })
const source = new PackageSource(cache)
const lock = readLock()

function platform(architecture: Platform['architecture']): Platform {
  const pins = pinsFor(architecture)
  const libraries = pins.flatMap((pin) => entriesOf(source.fetch(pin), pin))
  const own = [sdkManifest, serverManifest].flatMap(({ name }) => packageEntries(join(dist, name), name))
  return {
    architecture,
    layers: [
      {
        holds: 'libraries, authorities and time zones of Debian',
        entries: [...system, ...libraries, authorities(libraries)],
      },
      { holds: 'Node.js', entries: fetchNode(cache, lock, architecture) },
      { holds: `${imageName} ${version}`, entries: withProgram(own) },
    ],
    sbom: imageSbom(lock, architecture, pins),
  }
}

/** @returns the digest of what it is */
function assemble(folder: string): string {
  const platforms = [platform('amd64'), platform('arm64')]
  const digest = writeLayout(folder, { config, version, annotations: config.Labels, platforms })
  for (const { architecture, sbom } of platforms)
    writeFileSync(join(dist, `image-${architecture}.cdx.json`), `${JSON.stringify(sbom, null, 2)}\n`)
  return digest
}

/** The layout as one file, to be carried. */
function asOneFile(folder: string): string {
  const file = join(dist, `${imageName}-${version}.oci.tar`)
  writeFileSync(file, writeTar(filesBelow(folder)))
  return file
}

if (process.argv.includes('--pin')) source.pin()
else {
  const folder = join(dist, 'image')
  const digest = assemble(folder)
  tell(`dist/image: ${imageName}:${version}, ${digest}`)
  for (const { architecture, bytes } of readLayout(folder).images)
    tell(`${architecture}: ${(bytes / 2 ** 20).toFixed(1)} MiB`)
  tell(asOneFile(folder).slice(root.length + 1))
  if (process.argv.includes('--check')) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    const again = assemble(join(cache, 'again'))
    if (again !== digest) throw new Error(`built again it is ${again}`)
    tell('built again it is the same')
    for (const line of await startImage(folder)) tell(line)
  }
}
