import { publishedKeys } from '../../core/asymmetric/published-keys.ts'
import type { Kms } from '../../core/kms.ts'
import type { RootKeys } from '../../core/sealing/root-key.ts'
import type { Demands } from '../../gateway/shared-limits.ts'
import { ShownCertificates } from '../client-certificates/shown-certificates.ts'
import { consolePlace } from '../config/console.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { ConsoleFiles, consoleFolder } from '../console/files.ts'
import { consoleRoute } from '../console/route.ts'
import { jwksRoute } from '../http/jwks.ts'
import type { Route } from '../http/route.ts'
import { Answerer, type ProxySettings } from '../http/serve.ts'
import { type Addresses, type Endpoints, Ports, type Presented } from '../listening/ports.ts'
import { cloudNames } from '../tls/names.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { type GatewayOptions, type Gateways, openGateways } from './gateways.ts'
import { InFlight } from './in-flight.ts'

/** What stands between the ports and the core, and answers calls: in one thread, or in several. */
export interface Front {
  /** requests being worked on */
  readonly active: number
  /** @throws ConfigError when an address is not free */
  listen(presented: Presented, addresses: Addresses): Promise<Endpoints>
  /** New connections are greeted with another certificate; those that are open stay open. */
  present(presented: Presented): Promise<void>
  /** Calls may be answered from now on. */
  unseal(rootKeys: RootKeys): Promise<void>
  /** When it returns, no call will succeed any more. */
  seal(): Promise<void>
  /** An operator says that the clock is right, after it was not. */
  trustClock(): Promise<void>
  /** What was asked for since the last question of the limits that servers have together. */
  takeDemands(): Promise<Demands>
  /** What this server lets in of them, where that is no equal part. */
  divide(parts: ReadonlyMap<string, number>): Promise<void>
  /** Stops listening and finishes the requests under way, in `graceMs` at most. */
  close(graceMs: number): Promise<void>
}

export interface LocalFrontOptions extends Omit<GatewayOptions, 'takesConsole'> {
  /** what is asked of the server as a whole */
  readonly serverRoutes: readonly Route[]
  /** other threads listen at the same addresses */
  readonly isShared?: boolean
  readonly wall: () => Date
  readonly around?: ((route: Route) => Route) | undefined
  readonly tracing?: Tracing | undefined
}

/** Answers calls in this thread, with a core whose keyring others open and close. */
export class LocalFront implements Front {
  readonly #calls = new InFlight()
  readonly #gateways: Gateways
  readonly #answerer: Answerer
  readonly #consoleAnswerer: Answerer
  readonly #healthAnswerer: Answerer
  readonly #ports: Ports

  constructor(options: LocalFrontOptions) {
    const { kms, config, log, memory, serverRoutes, isShared, around = (route) => route, tracing } = options
    const isSame =
      consolePlace(config, kms.settings.console?.developmentSignIn ? 'development' : 'production') === 'same'
    const audit = tracing?.audit(options.audit) ?? options.audit
    this.#gateways = openGateways({ ...options, audit, takesConsole: isSame })
    const calls = (route: Route): Route => {
      const watched = around(this.#calls.watch(route))
      return tracing?.route(watched) ?? watched
    }
    const pages = consolePages(kms)
    const routes = [
      ...serverRoutes,
      ...(config.publishJwks ? [this.#calls.watch(jwks(kms))] : []),
      ...(isSame ? [pages] : []),
      ...this.#gateways.routes.map(calls),
    ]
    const consoleRoutes = [...serverRoutes, pages, calls(this.#gateways.consoleRoute)]
    const certificates = config.clientCaFile === undefined ? undefined : new ShownCertificates(options.wall, log)
    const common = { limits: config, proxies: proxiesOf(config), certificates, log, memory: memory.http }
    this.#answerer = new Answerer({ routes, ...common })
    this.#consoleAnswerer = new Answerer({ routes: consoleRoutes, ...common })
    this.#healthAnswerer = new Answerer({ routes: serverRoutes, limits: config, log, memory: memory.http })
    this.#ports = new Ports({
      ...{ answerer: this.#answerer, consoleAnswerer: this.#consoleAnswerer, healthAnswerer: this.#healthAnswerer },
      ...{ certificates, isShared, log },
      certificateModes: { https: config.clientCertificates, console: config.consoleClientCertificates },
      cloudNames: cloudNames(kms.settings.regions),
    })
  }

  get active(): number {
    return this.#answerer.active
  }

  listen(presented: Presented, addresses: Addresses): Promise<Endpoints> {
    return this.#ports.listen(presented, addresses)
  }

  async present(presented: Presented): Promise<void> {
    this.#ports.present(presented)
  }

  async unseal(): Promise<void> {}

  seal(): Promise<void> {
    return this.#calls.settle()
  }

  async trustClock(): Promise<void> {
    this.#gateways.trustClock()
  }

  async takeDemands(): Promise<Demands> {
    return this.#gateways.limits.takeDemands()
  }

  async divide(parts: ReadonlyMap<string, number>): Promise<void> {
    this.#gateways.limits.divide(parts)
  }

  close(graceMs: number): Promise<void> {
    this.#answerer.drain()
    this.#consoleAnswerer.drain()
    this.#healthAnswerer.drain()
    return this.#ports.close(graceMs)
  }
}

const consolePages = (kms: Kms): Route =>
  consoleRoute({
    files: new ConsoleFiles(consoleFolder()),
    developmentSignIn: kms.settings.console?.developmentSignIn === true,
    randomBytes: kms.randomBytes,
  })

const jwks = (kms: Kms): Route =>
  jwksRoute({
    isSealed: () => kms.sealing.isSealed,
    publishedKeys: () => publishedKeys(kms),
    monotonicMs: () => performance.now(),
  })

/** @throws ConfigError */
export function proxiesOf({ trustedProxies, proxyProtocol }: Config): ProxySettings {
  if (proxyProtocol && trustedProxies.length === 0)
    throw new ConfigError('proxyProtocol needs trustedProxies, which says from whom a PROXY header is believed')
  return { trustedProxies, proxyProtocol }
}
