import { type ChildProcess, spawn } from 'node:child_process'
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
  /** without TLS */
  readonly httpEndpoint: string
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

/** @throws CliError `noServer` */
export async function startLocalServer(settings: LocalUse): Promise<LocalServer> {
  await using undo = new Undo()
  const folder = await mkdtemp(join(tmpdir(), 'keyhaven-bench-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const server = startServer(folder, settings.workers)
  undo.defer(() => stop(server))
  await ready(server)
  const file = readClientFile(folder)
  if (file?.endpoint === undefined) throw new CliError('noServer', 'the server left no client.json')
  const { accessKeyId, accessKeySecret, caFile, regionId, endpoint } = file
  const access = { endpoint, regionId, caFile, accessKeyId, accessKeySecret }
  await using client = new Client(access)
  const made = await furnish(client, settings)
  const kept = undo.move()
  return {
    public: access,
    instance: { endpoint, caFile, ...made.clientKey },
    httpEndpoint: file.httpEndpoint ?? '',
    secretName: made.secretName,
    keyFor: (name) => made.keys.get(kindOfKey(name)) ?? '',
    pid: server.pid ?? 0,
    cpu: () => processCpu(server.pid ?? 0),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}

function startServer(folder: string, workers = 1): ChildProcess {
  const program = fileURLToPath(new URL('../../../bin/keyhaven.js', import.meta.url))
  const flags = ['--data', folder, '--https', '127.0.0.1:0', '--http', '127.0.0.1:0', '--throttle', 'off']
  const threads = ['--workers', String(workers)]
  // of its own process group: Ctrl-C ends the run first, which then ends the server
  return spawn(process.execPath, [program, 'server', '--dev', ...flags, ...threads], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
    detached: process.platform !== 'win32',
  })
}

async function ready(server: ChildProcess): Promise<void> {
  let told = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new CliError('noServer', `the server did not start: ${lastLine(told)}`))
    server.on('error', fail)
    server.on('exit', fail)
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (bytes: Uint8Array) => {
        told = `${told}${Buffer.from(bytes).toString()}`.slice(-10_000)
        if (told.includes('Keyhaven is ready')) resolve()
      })
  })
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
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
