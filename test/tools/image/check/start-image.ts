/**
 * Starts what is in the image as an engine would: its root unpacked and mounted read-only, its user, its environment, its
 * entry point, a data volume, and nothing else of this machine but the network. Needs root, to be a user of another number.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '../../../../src/sdk/client.ts'
import { dataFolder, node, user } from '../settings.ts'
import type { Entry } from '../tar.ts'
import { type ReadImage, readLayout } from './read-layout.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** @returns what was seen, a line each. @throws Error when it cannot be started here, or does not do what it should */
export async function startImage(layout: string): Promise<string[]> {
  const image = readLayout(layout).images.find(({ architecture }) => architecture === architectures[process.arch])
  if (image === undefined || process.platform !== 'linux')
    throw new Error('there is no image that this machine can start')
  if (process.getuid?.() !== 0) throw new Error('only root can start an image as another user')
  const place = mkdtempSync(join(tmpdir(), 'keyhaven-image-'))
  try {
    unpack(image.entries, join(place, 'root'))
    mkdirSync(join(place, 'root/init'))
    writeFileSync(join(place, 'root/init/seed.yaml'), 'keys: [{ id: seeded, aliases: [alias/seeded] }]')
    return [await inProduction(place, image), await inDevelopment(place, image)]
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function unpack(entries: readonly Entry[], folder: string): void {
  for (const { path, kind, mode, owner = 0, content = '', target = '' } of entries) {
    const at = join(folder, path)
    mkdirSync(kind === 'folder' ? at : dirname(at), { recursive: true })
    if (kind === 'symlink') symlinkSync(target, at)
    if (kind === 'file') writeFileSync(at, content, { mode })
    if (kind === 'folder') chownSync(at, owner, owner)
  }
}

interface Container extends AsyncDisposable {
  /** the data volume, as it is seen from here */
  readonly data: string
  readonly port: number
  /** what a command prints that is run in the same way */
  run(...command: string[]): string
}

async function inProduction(place: string, image: ReadImage): Promise<string> {
  await using container = await started(place, image, {
    name: 'production',
    words: [],
    env: { KEYHAVEN_ROOT_KEY: '5e'.repeat(32) },
  })
  const { accessKeyId, accessKeySecret } = JSON.parse(container.run('/usr/bin/keyhaven', 'start', '--take-access-key'))
  const refused = container.run(node, '-e', writing).trim()
  if (refused !== 'EROFS') throw new Error(`the root is not read-only: ${refused}`)
  return `${image.architecture}: ${await encrypts(container, { accessKeyId, accessKeySecret })}, with a read-only root`
}

/** Tries to write where only the volume may be written. */
const writing = `try { fs.writeFileSync('/etc/probe', ''); console.log('written') } catch (error) { console.log(error.code) }`

async function inDevelopment(place: string, image: ReadImage): Promise<string> {
  const words = ['--dev', '--insecure-listen']
  await using container = await started(place, image, {
    name: 'development',
    words,
    env: { KEYHAVEN_HTTP: '127.0.0.1:0' },
  })
  const { accessKeyId, accessKeySecret } = JSON.parse(readFileSync(join(container.data, 'client.json'), 'utf8'))
  return `${image.architecture}: ${await encrypts(container, { accessKeyId, accessKeySecret }, 'alias/seeded')}, in development mode`
}

async function encrypts(
  { data, port }: Container,
  accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string },
  alias?: string,
): Promise<string> {
  await using client = new Client({
    endpoint: `https://localhost:${port}`,
    caFile: join(data, 'tls/ca.pem'),
    ...accessKey,
  })
  const keyId = alias ?? (await client.createKey()).keyMetadata.keyId
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'in the image' })
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  if (Buffer.from(plaintext).toString('utf8') !== 'in the image')
    throw new Error('what was decrypted is something else')
  return `starts as user ${user}, encrypts and decrypts`
}

interface Run {
  readonly name: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Mounts live in a namespace of the process, and go with it. The shell's words are: root, data, user, and the command. */
const enter = `
set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1${dataFolder}"
mkdir -p "$1/proc"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
cd "$1${dataFolder}"
root=$1 user=$3
shift 3
exec /usr/sbin/chroot --userspec="$user" --groups= "$root" "$@"`

async function started(place: string, { config }: ReadImage, { name, words, env }: Run): Promise<Container> {
  const [root, data] = [join(place, 'root'), join(place, name)]
  mkdirSync(data, { mode: 0o700 })
  chownSync(data, user, user)
  const own = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)))
  // Ports of this machine may be taken, and its disk be small.
  const environment = { ...own, ...env, KEYHAVEN_HTTPS: '0.0.0.0:0', KEYHAVEN_AUDIT_RESERVE_BYTES: '0' }
  const inside = (command: readonly string[]): string[] => [
    ...['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', 'sh', '-c', enter, 'sh'],
    ...[root, data, config.User, ...command],
  ]
  const child = spawn('unshare', inside([...config.Entrypoint, ...words]), {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const port = await portOf(child)
  return {
    ...{ data, port },
    run: (...command) => execFileSync('unshare', inside(command), { env: environment, encoding: 'utf8' }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      stopChildOf(child)
      await ended
    },
  }
}

/** What was forked into the namespace; `unshare` itself keeps the signal from it. */
function stopChildOf({ pid }: ChildProcess): void {
  const [forked = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  process.kill(Number(forked), 'SIGTERM')
}

/** @returns where its server listens, when it is ready */
async function portOf(child: ChildProcess): Promise<number> {
  let said = ''
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      const [, port] = /^Keyhaven is ready: https:\/\/\S+:(\d+)/m.exec(said) ?? []
      if (port !== undefined) resolve(Number(port))
    })
  child.once('exit', () => reject(new Error(`the image does not start:\n${said}`)))
  return promise
}
