import { AbstractStartedContainer, type StartedTestContainer } from 'testcontainers'
import { Client } from '../sdk/client.ts'

/** What a client needs, as the server leaves it in its data directory. */
interface Access {
  readonly regionId: string
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly ca: string
}

/** Prints `Access`; the image has no shell, but Node. */
const tell = `
const { readFileSync } = require('node:fs')
const client = JSON.parse(readFileSync('client.json', 'utf8'))
process.stdout.write(JSON.stringify({ ...client, ca: readFileSync(client.caFile, 'utf8') }))`

/** A container whose server is ready. */
export class StartedKeyhavenContainer extends AbstractStartedContainer {
  /** the public gateway, as this machine reaches it */
  readonly endpoint: string
  /** the certificate that the server's is signed by, PEM */
  readonly ca: string
  readonly regionId: string
  readonly accountId: string
  /** of the account: it may do everything */
  readonly accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string }

  private constructor(container: StartedTestContainer, port: number, access: Access) {
    super(container)
    this.endpoint = `https://${container.getHost()}:${container.getMappedPort(port)}`
    this.ca = access.ca
    this.regionId = access.regionId
    this.accountId = access.accountId
    this.accessKey = { accessKeyId: access.accessKeyId, accessKeySecret: access.accessKeySecret }
  }

  /** @throws Error when the container is not one of Keyhaven in development mode */
  static async of(container: StartedTestContainer, port: number): Promise<StartedKeyhavenContainer> {
    const { output, exitCode } = await container.exec(['node', '-e', tell])
    if (exitCode !== 0) throw new Error(`the container does not tell how it is reached: ${output.trim()}`)
    return new StartedKeyhavenContainer(container, port, JSON.parse(output))
  }

  /** A client of the account. It is the caller's to close. */
  client(): Client {
    return new Client({ endpoint: this.endpoint, ca: this.ca, regionId: this.regionId, ...this.accessKey })
  }
}
