import { extname } from 'node:path'
import { GenericContainer, Wait } from 'testcontainers'
import { version } from '../api/version.ts'
import type { SeedInput } from '../server/seed/schema.ts'
import { StartedKeyhavenContainer } from './started-container.ts'

/** Where the server listens in the container, with TLS. */
const port = 8443

/** Where the server looks for seeds. */
const seedFolder = '/init'

/**
 * A container with a development server. Nothing of it outlives the container.
 *
 * @example
 * await using kms = await new KeyhavenContainer('registry.example.com/keyhaven:0.1.0').withSeed('seed.yaml').start()
 * await using client = kms.client()
 * await client.encrypt({ keyId: 'alias/orders', plaintext: 'secret' })
 */
export class KeyhavenContainer extends GenericContainer {
  #seeds = 0

  /** @param image - where you have put the image */
  constructor(image = `keyhaven:${version}`) {
    super(image)
    // The port is published on the machine of the test, so the server has to listen beyond its own loopback.
    this.withCommand(['--dev', '--insecure-listen'])
    this.withExposedPorts(port)
    // Nobody knows its CA before it is there.
    this.withWaitStrategy(Wait.forHttp('/readyz', port).usingTls().allowInsecure())
  }

  /**
   * What is there from the start; several are planted in their order.
   *
   * @param seed - the path of a seed file here, YAML or JSON, or what such a file would hold
   */
  withSeed(seed: string | SeedInput): this {
    this.#seeds += 1
    const name = `${seedFolder}/${String(this.#seeds).padStart(3, '0')}`
    if (typeof seed === 'string')
      return this.withCopyFilesToContainer([{ source: seed, target: `${name}${extname(seed) || '.yaml'}` }])
    return this.withCopyContentToContainer([{ content: JSON.stringify(seed), target: `${name}.json` }])
  }

  /**
   * More names for the server certificate. It is for localhost; containers of the same network, and tests whose containers
   * run on another machine, reach the server by other names.
   */
  withTlsNames(...names: string[]): this {
    return this.withEnvironment({ KEYHAVEN_TLS_NAMES: names.join(',') })
  }

  /** @throws Error when the server does not become ready; its log tells why */
  override async start(): Promise<StartedKeyhavenContainer> {
    return StartedKeyhavenContainer.of(await super.start(), port)
  }
}
