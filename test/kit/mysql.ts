import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real server of the MySQL family, on loopback and a free port, with its data in a temporary folder. */
export interface MysqlServer {
  readonly port: number
  /** of `manager`, who may do everything */
  readonly managerPassword: string
  /** every statement that the server was sent, as its general log shows it */
  readonly logFile: string
  stop(): Promise<void>
}

export type MysqlKind = 'MariaDB' | 'MySQL'

const managerPassword = 'for-this-test-only'
/** Carried out at each start. From 127.0.0.1 nobody else can log in: `root` is for the socket. */
const makeManager = `
  create user if not exists manager@'%' identified by '${managerPassword}';
  grant all on *.* to manager@'%' with grant option;
`

/** The program of a kind on PATH: Debian calls MariaDB's `mysqld`, too, so it is asked. */
export function mysqlProgram(kind: MysqlKind): string | undefined {
  if (kind === 'MariaDB') return versionOf('mariadbd') === undefined ? undefined : 'mariadbd'
  const version = versionOf('mysqld')
  return version === undefined || version.includes('MariaDB') ? undefined : 'mysqld'
}

const versionOf = (program: string): string | undefined => {
  const { status, stdout } = spawnSync(program, ['--no-defaults', '--version'], { encoding: 'utf8' })
  return status === 0 ? stdout : undefined
}

/** What the server shows to who asks for TLS, PEM. Without it MariaDB offers none, and MySQL makes its own. */
export interface MysqlTls {
  readonly identity: { readonly certificate: string; readonly privateKey: string }
  readonly ca: string
}

export async function startMysql(kind: MysqlKind, tls?: MysqlTls): Promise<MysqlServer> {
  const program = mysqlProgram(kind)
  if (program === undefined) throw new Error(`no ${kind} on PATH`)
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-mysql-'))
  try {
    const data = join(folder, 'data')
    // The server runs as root when the tests do: the folder is nobody else's then.
    const common = ['--no-defaults', `--datadir=${data}`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])]
    makeDataFolder(kind, program, common)
    const port = await freePort()
    const logFile = join(folder, 'general.log')
    const initFile = join(folder, 'init.sql')
    writeFileSync(initFile, makeManager)
    const server = await start(program, [
      ...common,
      ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'socket')}`],
      ...['--skip-name-resolve', '--general-log=1', `--general-log-file=${logFile}`],
      ...[`--pid-file=${join(folder, 'pid')}`, `--init-file=${initFile}`],
      ...(kind === 'MySQL' ? ['--mysqlx=0', '--secure-file-priv=NULL'] : []),
      ...(tls === undefined ? [] : tlsFlags(folder, tls)),
    ])
    return {
      ...{ port, managerPassword, logFile },
      async stop() {
        const closed = once(server, 'close')
        server.stdin?.end()
        await closed
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function tlsFlags(folder: string, { identity, ca }: MysqlTls): readonly string[] {
  const files = { ca, cert: identity.certificate, key: identity.privateKey }
  return Object.entries(files).map(([name, content]) => {
    const file = join(folder, `${name}.pem`)
    writeFileSync(file, content, { mode: 0o600 })
    return `--ssl-${name}=${file}`
  })
}

function makeDataFolder(kind: MysqlKind, program: string, common: readonly string[]): void {
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  if (kind === 'MySQL') execFileSync(program, [...common, '--initialize-insecure'], { stdio: [...stdio] })
  else {
    const options = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']
    execFileSync('mariadb-install-db', [...common, ...options], { stdio: [...stdio] })
  }
}

async function start(program: string, flags: readonly string[]): Promise<ChildProcess> {
  // The shell stops the server when its input ends, which it does however this process comes to its end.
  const supervise = '"$@" </dev/null & server=$!; exec 2>&-; read -r _; kill -TERM $server; wait $server'
  const server = spawn('sh', ['-c', supervise, 'sh', program, ...flags], { stdio: ['pipe', 'ignore', 'pipe'] })
  await readyToAccept(program, server)
  return server
}

function readyToAccept(program: string, { stderr, stdin }: ChildProcess): Promise<void> {
  return new Promise((ready, refuse) => {
    let log = ''
    stderr?.on('data', (chunk) => {
      log += String(chunk)
      if (/ready for connections[\s\S]*port: \d+/.test(log)) ready()
    })
    stderr?.on('end', () => {
      stdin?.end()
      refuse(new Error(`${program} did not start: ${log}`))
    })
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
