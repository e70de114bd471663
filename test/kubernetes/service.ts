import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '../../src/sdk/client.ts'
import { keyUser } from '../kit/key-user.ts'
import { programFile } from '../kit/process.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

const alias = 'alias/k8s'

/** A server with a key for Kubernetes, and the plugin in front of it, which may do no more than it needs. */
export class Service implements AsyncDisposable {
  readonly server: TestServer
  readonly admin: Client
  readonly socket: string
  readonly #env: Readonly<Record<string, string>>
  #keyId = ''
  #plugin: ChildProcess | undefined

  private constructor(server: TestServer, admin: Client, socket: string, env: Readonly<Record<string, string>>) {
    this.server = server
    this.admin = admin
    this.socket = socket
    this.#env = env
  }

  static async start(folder: string): Promise<Service> {
    const server = await startTestServer()
    const admin = new Client(server)
    const { keyId } = (await admin.createKey({})).keyMetadata
    await admin.createAlias({ keyId, aliasName: alias })
    const service = new Service(server, admin, join(folder, 'keyhaven.sock'), await environmentFor(server, keyId))
    service.#keyId = keyId
    await service.startPlugin()
    return service
  }

  /** Starts the plugin, and waits until it listens. */
  async startPlugin(): Promise<void> {
    const words = ['kubernetes-kms', '--socket', this.socket, '--key', alias, '--log-format', 'text']
    const plugin = spawn(process.execPath, [programFile, ...words], {
      env: { PATH: process.env.PATH, ...this.#env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#plugin = plugin
    for await (const line of createInterface(plugin.stdout)) if (line.startsWith('Key')) return
    throw new Error('the plugin did not start')
  }

  async endPlugin(signal: NodeJS.Signals): Promise<void> {
    if (this.#plugin === undefined || this.#plugin.exitCode !== null || this.#plugin.signalCode !== null) return
    const ended = once(this.#plugin, 'exit')
    this.#plugin.kill(signal)
    await ended
  }

  /** @returns the key id from now on */
  async rotate(): Promise<string> {
    const { keyVersion } = await this.admin.createKeyVersion({ keyId: this.#keyId })
    return `${this.#keyId}/${keyVersion.keyVersionId}`
  }

  setUsable(isUsable: boolean): Promise<unknown> {
    const key = { keyId: this.#keyId }
    return isUsable ? this.admin.enableKey(key) : this.admin.disableKey(key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endPlugin('SIGTERM')
    await this.admin.close()
    await this.server.close()
  }
}

async function environmentFor(server: TestServer, keyId: string): Promise<Record<string, string>> {
  const { accessKeyId, accessKeySecret } = await keyUser(server, 'kubernetes', keyId, ['kms:Encrypt', 'kms:Decrypt'])
  return {
    KEYHAVEN_ENDPOINT: server.endpoint,
    KEYHAVEN_CA_FILE: server.caFile,
    KEYHAVEN_ACCESS_KEY_ID: accessKeyId,
    KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret,
  }
}
