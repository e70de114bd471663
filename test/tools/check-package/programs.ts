/** What strangers write with the two packages: programs that every Node runs, and sources whose types are checked. */

/** Everything that keyhaven-sdk has doors to, against a server of its own; files are large enough for threads. */
const sdkUse = `
const server = createServer((request, response) => {
  response.end(JSON.stringify({ KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: 'AQID', RequestId: request.method }))
})
server.listen(0, '127.0.0.1', async () => {
  const endpoint = 'http://127.0.0.1:' + server.address().port
  const client = new Client({ endpoint, accessKeyId: 'id', accessKeySecret: 'secret' })
  const { ciphertextBlob, requestId } = await client.encrypt({ keyId: 'k', plaintext: 'p' })
  if (ciphertextBlob.length !== 3 || requestId !== 'POST') throw new Error('wrong answer')
  const fault = await client.encrypt({ keyId: 5 }).catch((error) => error)
  if (!(fault instanceof ClientError) || fault.parameter !== 'keyId') throw new Error('wrong fault')
  await client.close()
  server.close()
  await envelopes()
  const token = await signJwt(localKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' })), { sub: 'me' })
  if (token.split('.').length !== 3) throw new Error('no token')
  console.log('used on ' + process.version)
})
async function envelopes() {
  const dataKey = { keyId: 'k', keyVersionId: 'v', plaintext: Buffer.alloc(32, 7).toString('base64') }
  const kms = {
    generateDataKey: async () => ({ ...dataKey, ciphertextBlob: Buffer.from('sealed') }),
    encrypt: async () => ({ ...dataKey, ciphertextBlob: Buffer.from('sealed') }),
    decrypt: async () => dataKey,
  }
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-outside-'))
  const [plain, sealed, opened] = ['plain', 'sealed', 'opened'].map((name) => join(folder, name))
  const content = Buffer.alloc(3000000, 'keyhaven')
  writeFileSync(plain, content)
  await encryptFile(plain, sealed, { kms, keyId: 'k' })
  await decryptFile(sealed, opened, { kms })
  if (!content.equals(readFileSync(opened))) throw new Error('wrong plaintext')
  rmSync(folder, { recursive: true })
}
`

/** On the service's own Node a whole one runs in here; an older Node is refused in words. */
const testingUse = `
void (async () => {
  try {
    const kms = await startKeyhaven()
    const { keyMetadata } = await kms.client().createKey()
    const error = await kms.client().describeKey({ keyId: 'none' }).catch((error) => error)
    if (!(error instanceof ServiceError)) throw new Error('the SDK is there twice')
    if (kms.records()[0].action !== 'CreateKey' || !keyMetadata.keyId) throw new Error('not recorded')
    await kms.close()
  } catch (error) {
    const isOld = Number.parseInt(process.versions.node, 10) < 26
    if (!(isOld && /needs Node.js 26/.test(error.message))) throw error
  }
  console.log('tested with on ' + process.version)
})()
`

const imports: readonly (readonly [names: string, from: string])[] = [
  ['createServer', 'node:http'],
  ['generateKeyPairSync', 'node:crypto'],
  ['mkdtempSync, readFileSync, rmSync, writeFileSync', 'node:fs'],
  ['tmpdir', 'node:os'],
  ['join', 'node:path'],
  ['Client, ClientError', 'keyhaven-sdk'],
  ['decryptFile, encryptFile', 'keyhaven-sdk/envelope'],
  ['localKey, signJwt', 'keyhaven-sdk/signing'],
]
const testingImports: typeof imports = [
  ['ServiceError', 'keyhaven-sdk'],
  ['startKeyhaven', 'keyhaven/testing'],
]

const asModule = (all: typeof imports): string =>
  all.map(([names, from]) => `import { ${names} } from '${from}'\n`).join('')
const asCommonJs = (all: typeof imports): string =>
  all.map(([names, from]) => `const { ${names} } = require('${from}')\n`).join('')

export const sdkPrograms: Readonly<Record<string, string>> = {
  'esm.mjs': asModule(imports) + sdkUse,
  'commonjs.cjs': asCommonJs(imports) + sdkUse,
}
export const serverPrograms: Readonly<Record<string, string>> = {
  'esm.mjs': asModule(testingImports) + testingUse,
  'commonjs.cjs': asCommonJs(testingImports) + testingUse,
}

/** Every resolution that TypeScript has or had, as strict as it gets, with the declarations themselves checked. */
export const sdkTypes = `
import { Client, ClientError, defaultCredentials, InstanceClient, ServiceError, TransferClient } from 'keyhaven-sdk'
import { decrypt, encrypt } from 'keyhaven-sdk/envelope'
import { heldKey, signJwt } from 'keyhaven-sdk/signing'
export const transferring = () =>
  new TransferClient({ public: { regionId: 'cn-hangzhou', credentials: defaultCredentials() } })
export const instance = (clientKeyFile: string) => new InstanceClient({ endpoint: 'h', clientKeyFile, password: 'p' })
export async function blob(client: Client): Promise<Uint8Array> {
  try {
    const answer = await client.encrypt({ keyId: 'alias/a', plaintext: new Uint8Array(3) }, { timeoutMs: 1000 })
    return answer.ciphertextBlob
  } catch (error) {
    if (error instanceof ServiceError) throw new Error(error.code + error.requestId)
    if (error instanceof ClientError && error.code === 'timeout') return new Uint8Array()
    throw error
  }
}
export async function envelope(kms: Client): Promise<Uint8Array> {
  const { ciphertext } = await encrypt(new Uint8Array(3), { kms, keyId: 'alias/a' })
  return (await decrypt(ciphertext, { kms })).plaintext
}
export const token = async (client: Client) => signJwt(await heldKey(client, { keyId: 'alias/a' }), { sub: 'me' })
export async function regions(client: Client): Promise<string[]> {
  return (await client.describeRegions()).regions.region.map(({ regionId }) => regionId)
}
// @ts-expect-error a misspelt field is refused
export const wrong = (client: Client) => client.encrypt({ keyid: 'alias/a', plaintext: '' })
`
export const serverTypes = `
import type { Client } from 'keyhaven-sdk'
import { startService } from 'keyhaven/server'
import { type Keyhaven, startKeyhaven } from 'keyhaven/testing'
export const testing = (): Promise<Keyhaven> => startKeyhaven({ clock: '2026-01-01' })
export const client = async (): Promise<Client> => (await testing()).client()
export const start = startService
`

/** With the real package `testcontainers`, whose containers are made here and not started: that takes an engine. */
export const containerPrograms: Readonly<Record<string, string>> = {
  'container.mjs': `
import { GenericContainer } from 'testcontainers'
import { KeyhavenContainer } from 'keyhaven/testcontainers'
const container = new KeyhavenContainer('keyhaven:1').withSeed({ keys: [{ id: 'seeded' }] }).withSeed('seed.yaml')
if (!(container instanceof GenericContainer)) throw new Error('testcontainers is there twice')
const { createOpts, contentsToCopy, filesToCopy, exposedPorts, waitStrategy } = container
const made = JSON.stringify([createOpts.Cmd, contentsToCopy[0].target, filesToCopy[0].target, exposedPorts])
if (made !== '[["--dev","--insecure-listen"],"/init/001.json","/init/002.yaml",[8443]]') throw new Error(made)
if (waitStrategy.path !== '/readyz' || waitStrategy.protocol !== 'https') throw new Error('it is not waited for')
console.log('makes a container')
`,
}
export const containerTypes = `
import type { Client } from 'keyhaven-sdk'
import { KeyhavenContainer, type StartedKeyhavenContainer } from 'keyhaven/testcontainers'
import { Network } from 'testcontainers'
export async function started(): Promise<StartedKeyhavenContainer> {
  const network = await new Network().start()
  return new KeyhavenContainer().withSeed({ keys: [{ id: 'seeded' }] }).withNetwork(network).withNetworkAliases('kms').start()
}
export async function client(): Promise<Client> {
  await using container = await started()
  const id: string = container.getId()
  return container.accessKey.accessKeyId === id ? container.client() : (await started()).client()
}
// @ts-expect-error a misspelt field of a seed is refused
export const wrong = new KeyhavenContainer().withSeed({ key: [] })
`
