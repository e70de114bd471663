import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../kit/postgres-programs.ts'

interface Ports {
  readonly etcd: number
  /** of etcd for others of its kind, which there are none */
  readonly peer: number
  readonly api: number
}

/** An API server over etcd, on loopback: as much of a cluster as stores something. */
export class Cluster implements AsyncDisposable {
  readonly #program: string
  readonly #folder: string
  readonly #token = randomBytes(16).toString('hex')
  readonly #ports: Ports
  #etcd: ChildProcess | undefined
  #apiServer: ChildProcess | undefined

  private constructor(program: string, folder: string, ports: Ports) {
    this.#program = program
    this.#folder = folder
    this.#ports = ports
  }

  static async start(program: string, folder: string): Promise<Cluster> {
    const ports = { etcd: await freePort(), peer: await freePort(), api: await freePort() }
    const cluster = new Cluster(program, folder, ports)
    cluster.#writeFiles()
    cluster.#startEtcd()
    return cluster
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }

  #writeFiles(): void {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    writeFileSync(this.#path('sa.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(this.#path('sa.pub'), publicKey.export({ format: 'pem', type: 'spki' }))
    writeFileSync(this.#path('tokens.csv'), `${this.#token},admin,admin,system:masters\n`)
  }

  #startEtcd(): void {
    const [client, peer] = [this.#ports.etcd, this.#ports.peer].map((port) => `http://127.0.0.1:${port}`) as [
      string,
      string,
    ]
    const words = {
      'data-dir': this.#path('etcd'),
      ...{ 'listen-client-urls': client, 'advertise-client-urls': client },
      ...{ 'listen-peer-urls': peer, 'initial-advertise-peer-urls': peer, 'initial-cluster': `default=${peer}` },
    }
    this.#etcd = this.#spawn('etcd', words)
  }

  #spawn(program: string, words: Readonly<Record<string, string>>): ChildProcess {
    const log = openSync(this.#path(`${program.split('/').at(-1)}.log`), 'a')
    const flags = Object.entries(words).map(([name, value]) => `--${name}=${value}`)
    return spawn(program, flags, { stdio: ['ignore', log, log] })
  }

  /** @param encryption - an EncryptionConfiguration; without one, what is stored is not encrypted */
  startApiServer(encryption?: string): void {
    if (encryption !== undefined) writeFileSync(this.#path('encryption.yaml'), encryption)
    this.#apiServer = this.#spawn(this.#program, {
      'etcd-servers': `http://127.0.0.1:${this.#ports.etcd}`,
      ...{
        'bind-address': '127.0.0.1',
        'secure-port': String(this.#ports.api),
        'cert-dir': this.#path('certificates'),
      },
      ...{ 'advertise-address': '192.0.2.1', 'endpoint-reconciler-type': 'none' },
      ...{ 'service-account-issuer': 'https://kubernetes.default.svc', 'service-cluster-ip-range': '10.0.0.0/24' },
      ...{ 'service-account-key-file': this.#path('sa.pub'), 'service-account-signing-key-file': this.#path('sa.key') },
      ...{ 'token-auth-file': this.#path('tokens.csv'), 'authorization-mode': 'RBAC' },
      'disable-admission-plugins': 'ServiceAccount',
      ...(encryption === undefined ? {} : { 'encryption-provider-config': this.#path('encryption.yaml') }),
    })
  }

  async endApiServer(): Promise<void> {
    await end(this.#apiServer)
    this.#apiServer = undefined
  }

  /** Waits until `/readyz` says what is wanted. @returns its text */
  async ready(isWanted = true): Promise<string> {
    for (let left = 600; left > 0; left--) {
      const ended = this.#apiServer?.exitCode ?? this.#apiServer?.signalCode ?? undefined
      if (ended !== undefined) throw new Error(`the API server has ended:\n${this.logOfApiServer()}`)
      const { status, text } = await this.get('/readyz?verbose').catch(() => ({ status: 0, text: '' }))
      if (status !== 0 && (status === 200) === isWanted) return text
      await wait(500)
    }
    throw new Error(`the API server did not become ${isWanted ? 'ready' : 'unready'}:\n${this.logOfApiServer()}`)
  }

  logOfApiServer(): string {
    const [program = ''] = this.#program.split('/').slice(-1)
    return readFileSync(this.#path(`${program}.log`), 'utf8')
      .split('\n')
      .slice(-30)
      .join('\n')
  }

  get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const { api: port } = this.#ports
      const headers = { authorization: `Bearer ${this.#token}` }
      // Its certificate is its own, made anew for each run, and everything is on loopback.
      request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false, timeout: 20_000 }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
        .on('error', reject)
        .end()
    })
  }

  /** Runs a line of a shell in which `kubectl` goes to this cluster. @returns what it prints */
  shell(line: string): { readonly ok: boolean; readonly out: string; readonly err: string } {
    const kubectl = `kubectl() { command kubectl --server https://127.0.0.1:${this.#ports.api} --token ${this.#token} --insecure-skip-tls-verify --cache-dir ${this.#path('cache')} "$@"; }`
    const env = { PATH: process.env.PATH, HOME: this.#folder }
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', `${kubectl}; ${line}`], {
      ...{ env, encoding: 'utf8' },
    })
    return { ok: status === 0, out: stdout, err: stderr }
  }

  run(line: string): string {
    const { ok, out, err } = this.shell(line)
    assert.ok(ok, `${line}\n${err}`)
    return out
  }

  /** What etcd has of a Secret, by its gateway for JSON. */
  async stored(name: string): Promise<Buffer> {
    const key = Buffer.from(`/registry/secrets/default/${name}`).toString('base64')
    const answer = await fetch(`http://127.0.0.1:${this.#ports.etcd}/v3/kv/range`, {
      method: 'POST',
      body: JSON.stringify({ key }),
    })
    const { kvs = [] } = (await answer.json()) as { readonly kvs?: readonly { readonly value: string }[] }
    return Buffer.from(kvs[0]?.value ?? '', 'base64')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endApiServer()
    await end(this.#etcd)
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
