import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { localIdentity } from './identity.ts'
import { type ComparedServer, digest, type Load, plaintext, type Work } from './server.ts'

/** How the program is found; another one than that of the PATH can be named. */
const program = (): string => process.env.KEYHAVEN_BENCH_OPENBAO ?? 'bao'

/** @returns `OpenBao 2.6.2`; undefined when it is not installed */
function openbaoVersion(): string | undefined {
  try {
    const told = execFileSync(program(), ['version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    return `OpenBao ${/v(\d+\.\d+\.\d+)/.exec(told)?.[1] ?? '(of unknown version)'}`
  } catch {
    return undefined
  }
}

/**
 * OpenBao with its transit engine as it is run in production: TLS, raft storage, a file audit device (which it does not
 * sync). Undefined when it is not installed.
 */
export async function startOpenbao(): Promise<ComparedServer | undefined> {
  const version = openbaoVersion()
  if (version === undefined) return undefined
  await using undo = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { ca, certificate, privateKey } = await localIdentity()
  const [port, clusterPort] = [await freePort(), await freePort()]
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const config = file(
    'config.hcl',
    configText({ folder, port, clusterPort, cert: file('cert.pem', certificate), key: file('key.pem', privateKey) }),
  )
  const child = spawn(program(), ['server', `-config=${config}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  undo.defer(() => stop(child))
  const api = new Api(port, ca)
  await api.open(child)
  const keys = { key: 'aes256-gcm96', rsa: 'rsa-2048', ec: 'ecdsa-p256' }
  for (const [name, type] of Object.entries(keys)) await api.call('POST', `transit/keys/${name}`, { type })
  const kept = undo.move()
  return {
    name: `${version} transit`,
    pid: child.pid ?? 0,
    load: (work) => loadOf(api, work),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

interface ConfigParts {
  readonly folder: string
  readonly port: number
  readonly clusterPort: number
  readonly cert: string
  readonly key: string
}

const configText = ({ folder, port, clusterPort, cert, key }: ConfigParts): string => `
disable_mlock = true
api_addr = "https://127.0.0.1:${port}"
cluster_addr = "https://127.0.0.1:${clusterPort}"
storage "raft" {
  path = "${folder}"
  node_id = "bench"
}
listener "tcp" {
  address = "127.0.0.1:${port}"
  cluster_address = "127.0.0.1:${clusterPort}"
  tls_cert_file = "${cert}"
  tls_key_file = "${key}"
}
audit "file" "file" {
  options = {
    file_path = "${folder}/audit.log"
  }
}
`

type Json = Readonly<Record<string, unknown>>

/** What is asked of OpenBao before the load begins. */
class Api {
  readonly #port: number
  readonly #ca: string
  #token = ''

  constructor(port: number, ca: string) {
    this.#port = port
    this.#ca = ca
  }

  /** Makes a new deployment and the transit engine. */
  async open(child: ChildProcess): Promise<void> {
    const made = await this.#whenListening(child, () =>
      this.call('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 }),
    )
    this.#token = String(made.root_token)
    await this.call('PUT', 'sys/unseal', { key: (made.keys as readonly string[])[0] })
    // raft elects a leader first
    await this.#whenListening(child, () => this.call('POST', 'sys/mounts/transit', { type: 'transit' }))
  }

  /** @throws Error with what the server said */
  async call(method: string, path: string, body: Json): Promise<Json> {
    const { promise, resolve, reject } = Promise.withResolvers<Json>()
    const options = { ...this.#address, method, path: `/v1/${path}`, headers: { 'x-vault-token': this.#token } }
    const request = httpsRequest(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      if ((response.statusCode ?? 500) < 300) resolve(text === '' ? {} : JSON.parse(text))
      else reject(new Error(`OpenBao answered ${response.statusCode} to ${path}: ${text.trim()}`))
    })
    request.on('error', reject).end(JSON.stringify(body))
    return promise
  }

  load(path: string, body: Json): Load {
    const text = JSON.stringify(body)
    const head = [
      `POST /v1/transit/${path} HTTP/1.1`,
      `host: 127.0.0.1:${this.#port}`,
      `x-vault-token: ${this.#token}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(text)}`,
    ]
    const request = `${head.join('\r\n')}\r\n\r\n${text}`
    const plain = { origin: `https://127.0.0.1:${this.#port}`, ca: this.#ca }
    return { plain, calls: [{ gateway: 'plain', operation: path, weight: 1, request }] }
  }

  get #address() {
    return { host: '127.0.0.1', port: this.#port, ca: this.#ca, agent: false }
  }

  async #whenListening(child: ChildProcess, call: () => Promise<Json>): Promise<Json> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call()
      } catch (error) {
        if (attempt === 100 || child.exitCode !== null) throw error
        await setTimeout(100)
      }
    }
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const input = { input: base64(digest), prehashed: true }
const rsa = { ...input, signature_algorithm: 'pkcs1v15' }

const loads: Readonly<Record<Work, (api: Api) => Promise<Load | undefined>>> = {
  Encrypt: async (api) => api.load('encrypt/key', { plaintext: base64(plaintext) }),
  GenerateDataKey: async (api) => api.load('datakey/plaintext/key', { bits: 256 }),
  async Decrypt(api) {
    const { ciphertext } = await answered(api, 'encrypt/key', { plaintext: base64(plaintext) })
    return api.load('decrypt/key', { ciphertext })
  },
  'instance Encrypt': async () => undefined,
  'RSA_2048 sign': async (api) => api.load('sign/rsa/sha2-256', rsa),
  'RSA_2048 verify': (api) => verifying(api, 'rsa', rsa),
  'EC_P256 sign': async (api) => api.load('sign/ec/sha2-256', input),
  'EC_P256 verify': (api) => verifying(api, 'ec', input),
}

const loadOf = (api: Api, work: Work): Promise<Load | undefined> => loads[work](api)

async function verifying(api: Api, key: string, what: Json): Promise<Load> {
  const { signature } = await answered(api, `sign/${key}/sha2-256`, what)
  return api.load(`verify/${key}/sha2-256`, { ...what, signature })
}

const answered = async (api: Api, path: string, body: Json): Promise<Json> =>
  (await api.call('POST', `transit/${path}`, body)).data as Json

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}
