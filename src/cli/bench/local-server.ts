import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processCpu } from '../../load/process-cpu.ts'
import { Client } from '../../sdk/client.ts'
import type { ConnectionOptions } from '../../sdk/connection-options.ts'
import type { InstanceOptions } from '../../sdk/instance-connection.ts'
import { setUpApplication } from '../app/set-up.ts'
import { readClientFile } from '../connection.ts'
import { CliError } from '../failure.ts'
import { Undo } from '../undo.ts'
import { plainName } from './scenario.ts'
import type { BenchSettings } from './settings.ts'

/** A server for one run, on loopback, with a folder that goes with it. */
export interface LocalServer extends AsyncDisposable {
  readonly public: ConnectionOptions
  readonly instance: InstanceOptions
  readonly secretName: string
  /** the key that an operation needs */
  keyFor(name: string): string
  readonly pid: number
  /** microseconds of CPU that the server has spent; undefined where the system doesn't tell */
  cpu(): number | undefined
}

/** What the server is furnished for. */
export interface LocalUse extends Pick<BenchSettings, 'operations' | 'gateway'> {
  /** threads that answer calls; 1 unless given */
  readonly workers?: number
}

/**
 * A production deployment: development mode remembers what it was asked, for tests to look at, and would be measured
 * with that.
 *
 * @throws CliError `noServer`
 */
export async function startLocalServer(settings: LocalUse): Promise<LocalServer> {
  await using undo = new Undo()
  const folder = await mkdtemp(join(tmpdir(), 'keyhaven-bench-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const place = { folder, rootKey: randomBytes(32).toString('hex') }
  const accessKey = await initialise(place)
  const server = startServer(place, settings.workers)
  undo.defer(() => stop(server))
  await told(server, (text) => text.includes('Keyhaven is ready'))
  const file = readClientFile(folder)
  if (file?.endpoint === undefined) throw new CliError('noServer', 'the server left no client.json')
  const { caFile, regionId, endpoint } = file
  const access = { endpoint, regionId, caFile, ...accessKey }
  await using client = new Client(access)
  const made = await furnish(client, settings)
  const kept = undo.move()
  return {
    public: access,
    instance: { endpoint, caFile, ...made.clientKey },
    secretName: made.secretName,
    keyFor: (name) => made.keys.get(kindOfKey(name)) ?? '',
    pid: server.pid ?? 0,
    cpu: () => processCpu(server.pid ?? 0),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}

interface Place {
  readonly folder: string
  readonly rootKey: string
}

function startServer(place: Place, workers = 1): ChildProcess {
  const flags = ['--https', '127.0.0.1:0', '--throttle', 'off', '--workers', String(workers)]
  return spawnKeyhaven('server', place, flags)
}

/** @returns the AccessKey of the account, which is told only now */
async function initialise(place: Place): Promise<AccessKey> {
  const child = spawnKeyhaven('init', place)
  const text = await told(child, (sofar) => secretLine.test(sofar))
  await ended(child)
  return {
    accessKeyId: /AccessKeyId +(\S+)/.exec(text)?.[1] ?? '',
    accessKeySecret: secretLine.exec(text)?.[1] ?? '',
  }
}

interface AccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

const secretLine = /AccessKeySecret +(\S+)\n/

function spawnKeyhaven(command: string, { folder, rootKey }: Place, flags: readonly string[] = []): ChildProcess {
  const program = fileURLToPath(new URL('../../../bin/keyhaven.js', import.meta.url))
  // of its own process group: Ctrl-C ends the run first, which then ends the server
  return spawn(process.execPath, [program, command, '--data', folder, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, KEYHAVEN_ROOT_KEY: rootKey },
    detached: process.platform !== 'win32',
  })
}

/** @returns what a program has printed once that is enough */
async function told(child: ChildProcess, isEnough: (text: string) => boolean): Promise<string> {
  let text = ''
  return await new Promise((resolve, reject) => {
    const fail = (): void => reject(new CliError('noServer', `the server did not start: ${lastLine(text)}`))
    child.on('error', fail)
    child.on('close', fail)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Uint8Array) => {
        text = `${text}${Buffer.from(bytes).toString()}`.slice(-10_000)
        if (isEnough(text)) resolve(text)
      })
  })
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

async function stop(server: ChildProcess): Promise<void> {
  server.kill('SIGTERM')
  await ended(server)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

type KeyKind = 'symmetric' | 'signing' | 'encrypting' | 'hmac'

function kindOfKey(name: string): KeyKind {
  const plain = plainName(name)
  if (['sign', 'verify', 'asymmetricsign', 'asymmetricverify', 'getpublickey'].includes(plain)) return 'signing'
  if (['asymmetricencrypt', 'asymmetricdecrypt'].includes(plain)) return 'encrypting'
  return plain === 'hmac' ? 'hmac' : 'symmetric'
}

const specs = {
  symmetric: {},
  signing: { keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' },
  encrypting: { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' },
  hmac: { keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' },
} as const

/** Keys of the kinds that the operations need, a secret, and for the instance gateway an application. */
async function furnish(client: Client, { operations, gateway }: LocalUse) {
  const instanceId = (await client.getDefaultKmsInstance()).defaultKmsInstanceId
  const dkms = gateway === 'instance' ? { dKMSInstanceId: instanceId } : {}
  const keys = new Map<KeyKind, string>()
  for (const kind of new Set<KeyKind>(['symmetric', ...operations.map(({ name }) => kindOfKey(name))])) {
    const { keyMetadata } = await client.createKey({ ...specs[kind], ...dkms } as Parameters<Client['createKey']>[0])
    keys.set(kind, keyMetadata.keyId)
  }
  const secretName = 'bench'
  const secretData = 'the value that bench reads'
  await client.createSecret({
    secretName,
    versionId: 'v1',
    secretData,
    ...dkms,
    encryptionKeyId: keys.get('symmetric'),
  })
  const application = { name: 'bench', instanceId, keys: ['*'], secrets: ['*'], from: [], notAfter: undefined }
  const { clientKeyId, privateKeyData, password } = await setUpApplication(client, application)
  const clientKeyContent = JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData })
  return { keys, secretName, clientKey: { clientKeyContent, password } }
}
