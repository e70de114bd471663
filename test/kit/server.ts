import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapAccount } from '../../src/core/callers/bootstrap.ts'
import type { Kms } from '../../src/core/kms.ts'
import { type Config, configSchema } from '../../src/server/config/schema.ts'
import { makeDataFolder } from '../../src/server/files/data-folder.ts'
import type { Log } from '../../src/server/log.ts'
import { developmentSeal } from '../../src/server/root-key/root-secret.ts'
import type { Service } from '../../src/server/service.ts'
import { startService } from '../../src/server/start-service.ts'

export interface TestServerOptions {
  /** settings that differ from the test's defaults: free ports, a temporary data directory */
  readonly config?: Partial<Config>
  readonly now?: () => Date
  /** told of everything that is logged, besides what `problems` keeps */
  readonly log?: Log
}

export interface TestServer {
  /** `https://localhost:…` */
  readonly endpoint: string
  /** `http://127.0.0.1:…` */
  readonly httpEndpoint: string
  /** CA that the HTTPS endpoint is trusted by, PEM */
  readonly caFile: string
  /** of the account itself: may do everything */
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly regionId: string
  readonly accountId: string
  readonly kms: Kms
  readonly service: Service
  /** data directory; gone after `close` */
  readonly data: string
  /** lines that were logged as warnings or errors */
  readonly problems: readonly string[]
  /** ends the server and starts it again, with the same data at the same addresses */
  restart(whileAway?: () => Promise<unknown>): Promise<void>
  /** opens it again after `service.seal()` */
  unseal(): Promise<void>
  close(): Promise<void>
}

/** So that every test of servers can be run with several workers; one with a clock of its own can have but one. */
export const usualWorkers = Number(process.env.KEYHAVEN_WORKERS ?? 1)

/** The whole server in this process, on free ports, with a new account, and everything on disk as in production. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'keyhaven-server-'))
  const config = configSchema.parse({
    data,
    https: '127.0.0.1:0',
    http: '127.0.0.1:0',
    node: 'test',
    auditReserveBytes: 0,
    workers: options.now ? 1 : usualWorkers,
    ...options.config,
  })
  makeDataFolder(data)
  const problems: string[] = []
  const log: Log = {
    write(level, message, fields) {
      options.log?.write(level, message, fields)
      if (level === 'warn' || level === 'error') problems.push(`${message} ${fields?.error ?? ''}`.trim())
    },
  }
  const newSeal = () => developmentSeal('5b'.repeat(32))
  const start = (addresses: Partial<Config> = {}): Promise<Service> =>
    startService({ config: { ...config, ...addresses }, mode: 'development', seal: newSeal(), log, now: options.now })
  let service = await start()
  const accessKey = await bootstrapAccount(service.kms)
  const caFile = service.caFile ?? config.tlsCert
  const { endpoint, httpEndpoint } = service
  if (!accessKey || !caFile || !httpEndpoint) throw new TypeError('the test server is not new')
  return {
    endpoint: endpoint.replace('127.0.0.1', 'localhost'),
    httpEndpoint,
    caFile,
    ...accessKey,
    regionId: config.regionId,
    accountId: service.deployment.accountId,
    get kms() {
      return service.kms
    },
    get service() {
      return service
    },
    data,
    problems,
    async restart(whileAway = async () => {}) {
      await service.close()
      await whileAway()
      service = await start({ https: new URL(endpoint).host, http: new URL(httpEndpoint).host })
    },
    unseal: () => service.unseal(newSeal),
    async close() {
      await service.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
