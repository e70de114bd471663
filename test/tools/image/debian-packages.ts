/** The Debian packages that the image is made of: pinned by version and hash, and fetched as this machine gets its own. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from './layout.ts'
import { type Entry, readTar } from './tar.ts'

export interface Pin {
  readonly name: string
  readonly version: string
  readonly architecture: Platform['architecture'] | 'all'
  readonly sha256: string
}

const pinsFile = join(import.meta.dirname, 'debian-packages.json')
export const pins: readonly Pin[] = JSON.parse(readFileSync(pinsFile, 'utf8'))

/** What Node links to, the authorities that HTTPS is trusted by, and the time zones. */
const names = ['ca-certificates', 'libatomic1', 'libc6', 'libgcc-s1', 'libstdc++6', 'tzdata']

export const pinsFor = (architecture: Platform['architecture']): readonly Pin[] =>
  pins.filter((pin) => pin.architecture === architecture || pin.architecture === 'all')

/** Programs of APT with lists of their own, so that this machine's stay as they are, and no rights are needed. */
export class PackageSource {
  readonly #cache: string
  readonly #env: NodeJS.ProcessEnv
  #isUpdated = false

  constructor(cache: string) {
    this.#cache = cache
    const folder = join(cache, 'apt')
    for (const part of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, part), { recursive: true })
    const settings = [
      `Dir::State "${folder}/state"; Dir::Cache "${folder}/cache"; Dir::State::status "/dev/null";`,
      'APT::Architecture "amd64"; APT::Architectures { "amd64"; "arm64"; };',
      'Acquire::Languages "none"; APT::Sandbox::User "root";',
    ]
    const configuration = join(folder, 'apt.conf')
    writeFileSync(configuration, settings.join('\n'))
    this.#env = { ...process.env, APT_CONFIG: configuration }
  }

  /** @throws Error when it cannot be had, or is not what is pinned */
  fetch({ name, version, architecture, sha256 }: Pin): string {
    const file = join(this.#cache, `${sha256}.deb`)
    if (existsSync(file)) return file
    const isOfAll = architecture === 'all'
    this.#run('apt-get', 'download', `${name}${isOfAll ? '' : `:${architecture}`}=${version}`)
    const [downloaded = ''] = globSync(`${name}_*_${architecture}.deb`, { cwd: this.#cache })
    const path = join(this.#cache, downloaded)
    const found = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (found !== sha256) {
      rmSync(path)
      throw new Error(`${name} ${version} for ${architecture} has the SHA-256 ${found}, not ${sha256}`)
    }
    renameSync(path, file)
    return file
  }

  /** Pins what there is now. */
  pin(): void {
    const found = names.flatMap((name) => {
      const pin = this.#current(name, 'amd64')
      return pin.architecture === 'all' ? [pin] : [pin, this.#current(name, 'arm64')]
    })
    writeFileSync(pinsFile, `${JSON.stringify(found, null, 2)}\n`)
  }

  #current(name: string, architecture: Platform['architecture']): Pin {
    const text = this.#run('apt-cache', 'show', '--no-all-versions', `${name}:${architecture}`)
    const field = (wanted: string): string => new RegExp(`^${wanted}: (.*)$`, 'm').exec(text)?.[1] ?? ''
    return {
      ...{ name, version: field('Version'), sha256: field('SHA256') },
      architecture: field('Architecture') === 'all' ? 'all' : architecture,
    }
  }

  #run(program: string, ...words: string[]): string {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      ...{ cwd: this.#cache, env: this.#env, encoding: 'utf8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    }
    if (!this.#isUpdated) execFileSync('apt-get', ['update', '--quiet=2'], options)
    this.#isUpdated = true
    return execFileSync(program, words, options)
  }
}

/** Of the C library neither programs nor the tables of other character sets; of all no manuals, but every licence. */
const isNeeded = (path: string): boolean =>
  /^(?:lib|lib64|usr\/lib)\/(?!.*\/(?:gconv|audit)\/).*\.so(?:\.\d+)*$/.test(path) ||
  /^usr\/share\/(?:zoneinfo|ca-certificates)\//.test(path) ||
  /^usr\/share\/doc\/[^/]+\/copyright$/.test(path)

/** What of a package comes into the image, and that it is there, where scanners look for it. */
export function entriesOf(file: string, { name }: Pin): Entry[] {
  const archive = execFileSync('dpkg-deb', ['--fsys-tarfile', file], { maxBuffer: 2 ** 30 })
  const control = execFileSync('dpkg-deb', ['--field', file])
  const files = readTar(archive).filter(({ path, kind }) => kind !== 'folder' && isNeeded(path))
  return [...files, { path: `var/lib/dpkg/status.d/${name}`, kind: 'file', mode: 0o644, content: control }]
}

/** One file with all authorities, which Debian makes on the machine that the package is installed on. */
export function authorities(entries: readonly Entry[]): Entry {
  const certificates = entries.filter(({ path }) => /^usr\/share\/ca-certificates\/.*\.crt$/.test(path))
  if (certificates.length === 0) throw new Error('there are no CA certificates')
  const sorted = certificates.sort((a, b) => (a.path < b.path ? -1 : 1))
  const content = Buffer.concat(sorted.map((entry) => Buffer.from(entry.content ?? [])))
  return { path: 'etc/ssl/certs/ca-certificates.crt', kind: 'file', mode: 0o644, content }
}
