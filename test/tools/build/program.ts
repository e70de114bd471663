/**
 * Bundles what `keyhaven` runs into dist/lib/, beside dist/bin/ and dist/console/. As part of the `prepare` script it
 * makes a clone start fast: the launcher takes the bundle as long as dist/.built-from says of every source how it still
 * is.
 */
import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Plugin } from 'rolldown'
import { type Bundled, bundle, root } from './bundle.ts'
import { serverDoors } from './manifests.ts'

const stamp = join(root, 'dist/.built-from')
/** What decides about the bundle besides the sources in it. */
const alsoDeciding = ['package-lock.json', 'test/tools/build/bundle.ts', 'test/tools/build/program.ts']

/**
 * Programs use the clients of these doors beside those of keyhaven-sdk, so the classes have to be the same: `#sdk` is that
 * package in the published one, and in a clone its source (`imports` in package.json).
 */
const besideSdk = ['src/testing/', 'src/testcontainers/']

const sdkOutside: Plugin = {
  name: 'sdk-outside',
  resolveId: {
    order: 'pre',
    handler: (specifier, importer) =>
      importer !== undefined &&
      besideSdk.some((folder) => relative(root, importer).startsWith(folder)) &&
      relative(root, resolve(dirname(importer), specifier)).startsWith('src/sdk/')
        ? { id: '#sdk', external: true }
        : null,
  },
}

/** What users bring along, since theirs has to be the one that is extended. */
const peersOutside: Plugin = {
  name: 'peers-outside',
  resolveId: { order: 'pre', filter: { id: /^testcontainers$/ }, handler: (id) => ({ id, external: true }) },
}

export async function buildProgram(): Promise<Bundled> {
  rmSync(stamp, { force: true })
  const bundled = await bundle({
    entries: { main: 'cli/main.ts', ...serverDoors },
    folder: join(root, 'dist/lib'),
    format: 'esm',
    packaged: { bin: 'bin', 'dist/console': 'console' },
    plugins: [sdkOutside, peersOutside],
  })
  // some commands start another
  cpSync(join(root, 'bin'), join(root, 'dist/bin'), { recursive: true })
  const deciding = alsoDeciding.map((file) => [file, statSync(join(root, file))] as const)
  const read = [...deciding, ...bundled.sources].map(([file, { size, mtimeMs }]) => [file, size, mtimeMs])
  writeFileSync(stamp, JSON.stringify(read))
  return bundled
}
