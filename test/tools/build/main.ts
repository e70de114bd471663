/**
 * `npm run build`: makes the two packages of the one tree, dist/keyhaven and dist/keyhaven-sdk, each with its bill of
 * materials, and looks for what only a package can get wrong: doors that lead nowhere, imports of what a user does not get.
 */
import { cpSync, existsSync, globSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildConsole } from '../build-console.ts'
import { type Bundled, bundle, root } from './bundle.ts'
import { writeDeclarations } from './declarations.ts'
import { licensesPage } from './licenses.ts'
import {
  folderManifests,
  type Manifest,
  manuals,
  sdkDoors,
  sdkManifest,
  serverDoors,
  serverManifest,
} from './manifests.ts'
import { buildProgram } from './program.ts'
import { type Lock, readLock, sbom } from './sbom.ts'

const dist = join(root, 'dist')
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

interface Package {
  readonly folder: string
  readonly manifest: Manifest
  readonly bundled: Bundled
}

/** What both packages have beside their code. */
function enclose(folder: string, manifest: Manifest, { libraries }: Bundled, lock: Lock): void {
  for (const name of ['LICENSE', 'README.md', 'README.zh-CN.md']) cpSync(join(root, name), join(folder, name))
  writeFileSync(join(folder, 'package.json'), json(manifest))
  writeFileSync(join(folder, 'licenses.md'), licensesPage(libraries))
  writeFileSync(join(folder, 'sbom.cdx.json'), json(sbom(lock)))
}

async function buildServer(): Promise<Package> {
  await buildConsole()
  const bundled = await buildProgram()
  const folder = join(dist, serverManifest.name)
  rmSync(folder, { recursive: true, force: true })
  for (const part of ['bin', 'lib', 'console']) cpSync(join(dist, part), join(folder, part), { recursive: true })
  cpSync(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true })
  cpSync(manuals, join(folder, 'man'), { recursive: true })
  writeDeclarations({ folder: join(folder, 'types'), doors: serverDoors, isSdkOutside: true, alongside: ['zod'] })
  enclose(folder, serverManifest, bundled, readLock())
  return { folder, manifest: serverManifest, bundled }
}

async function buildSdk(): Promise<Package> {
  const folder = join(dist, sdkManifest.name)
  rmSync(folder, { recursive: true, force: true })
  const bundled = await bundle({ entries: sdkDoors, folder: join(folder, 'esm'), format: 'esm', maps: 'places' })
  await bundle({ entries: sdkDoors, folder: join(folder, 'cjs'), format: 'cjs', maps: 'none' })
  writeFileSync(join(folder, 'cjs/package.json'), json({ type: 'commonjs' }))
  writeDeclarations({ folder: join(folder, 'types'), doors: sdkDoors })
  cpSync(join(folder, 'types'), join(folder, 'cjs/types'), { recursive: true })
  for (const [name, manifest] of Object.entries(folderManifests)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'package.json'), json(manifest))
  }
  enclose(folder, sdkManifest, bundled, lockOf(bundled))
  return { folder, manifest: sdkManifest, bundled }
}

/** The lock as if there were only the SDK, and what is bundled in it. */
function lockOf({ libraries }: Bundled): Lock {
  const lock = readLock()
  const names = [...libraries].map((path) => path.slice(path.lastIndexOf('/node_modules/') + '/node_modules/'.length))
  const { version, license = '' } = lock.get('') ?? { version: '' }
  const dependencies = Object.fromEntries(names.map((name) => [name, '']))
  return new Map([...lock, ['', { name: sdkManifest.name, version, license, dependencies }]])
}

function faultsOf({ folder, manifest, bundled }: Package): string[] {
  const known = ['#sdk', ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })]
  const strange = [...bundled.outside].filter((name) => !known.includes(name))
  const doors = JSON.stringify(manifest.exports).match(/(?<=")\.\/[^"]+\.[^"]+(?=")/g) ?? []
  const missing = [...doors, ...manifest.files].filter((name) => !existsSync(join(folder, name)))
  return [
    ...strange.map((name) => `${manifest.name} imports ${name}, which is no dependency`),
    ...missing.map((name) => `package.json of ${manifest.name} names ${name}, which does not exist`),
  ]
}

function tell({ folder }: Package): void {
  const files = globSync('**/*.*', { cwd: folder })
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  process.stdout.write(`dist/${basename(folder)}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB\n`)
}

const [server, sdk] = [await buildServer(), await buildSdk()]
const faults = [...faultsOf(server), ...faultsOf(sdk)]
for (const fault of faults) process.stderr.write(`build: ${fault}\n`)
if (faults.length > 0) process.exitCode = 1
// as an install would, so that a program in the clone imports it by its name
const link = join(root, 'node_modules', sdkManifest.name)
rmSync(link, { force: true })
symlinkSync(sdk.folder, link, 'junction')
tell(server)
tell(sdk)
