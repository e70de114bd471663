import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Encrypt } from '../api/cryptography.ts'
import { kmsApi } from '../api/operation.ts'
import type { AuditLog } from '../core/audit.ts'
import { bootstrapAccount } from '../core/callers/bootstrap.ts'
import type { Kms } from '../core/kms.ts'
import type { Store } from '../core/store.ts'
import type { HttpRequest } from '../gateway/http.ts'
import { type OpenapiGateway, openapiGateway } from '../gateway/openapi/handle.ts'
import { on } from '../gateway/openapi/pair.ts'
import { openStore } from '../store/open-store.ts'
import { signAcs3 } from '../wire/acs3-signature.ts'
import { type Parameter, percentEncode } from '../wire/percent.ts'
import { type SigningCredentials, signRpc } from '../wire/rpc-signature.ts'
import { openBenchLog } from './audit-log.ts'
import { openKms } from './kms.ts'
import { compare, machine, measure, printRatio, printSpread } from './measure.ts'

const rounds = 7
const perRound = 3000

/**
 * What a warm Encrypt costs in the gateway, without sockets: signature, decoding, the operation, encoding, and the
 * durable audit record; and how often it uses the store, which is where all SQL is issued.
 */
export async function run(): Promise<void> {
  console.log(machine())
  console.log(`${rounds} rounds of ${perRound} calls, AES-256-GCM, 32 bytes of plaintext\n`)
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  try {
    await runIn(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runIn(folder: string): Promise<void> {
  const uses = { count: 0 }
  const store = counting(await openStore({ engine: 'sqlite', path: join(folder, 'keyhaven.db') }), uses)
  const kms = openKms(store)
  const account = await bootstrapAccount(kms)
  if (!account) throw new Error('the new store has an AccessKey already')
  const silent: Pick<AuditLog, 'append'> = { append: () => Promise.resolve() }
  const gateway = openapiGateway({ kms, audit: silent })
  const keyId = await createKey(gateway, account, kms)
  const encrypt = (sign: Sign) => (count: number) =>
    Array.from({ length: count }, () => sign(account, kms, 'Encrypt', { KeyId: keyId, Plaintext: plaintext }))
  const answer = async (asked: OpenapiGateway, request: HttpRequest): Promise<void> => {
    const { status, body } = await asked.handle(request)
    if (status !== 200) throw new Error(String(body))
  }

  const idle = openapiGateway({ kms, audit: silent, operations: [on(Encrypt, () => emptyResult)] })
  for (const [name, sign] of schemes) {
    const spread = await measure(encrypt(sign), (request) => answer(idle, request), { perRound, rounds })
    printSpread(`${name}: verify, decode, encode`, spread)
  }
  // The first call of a key is cold: it reserves the key's first 65,536 AES-GCM invocations (SEC-15).
  for (const request of encrypt(schemes[0][1])(1)) await answer(gateway, request)
  const coldUses = uses.count
  uses.count = 0
  for (const [name, sign] of schemes) {
    const spread = await measure(encrypt(sign), (request) => answer(gateway, request), { perRound, rounds })
    printSpread(`${name}: Encrypt`, spread)
  }
  const warmCalls = schemes.length * (rounds + 2) * perRound
  console.log(
    `uses of the store until the first Encrypt was done: ${coldUses}; by ${warmCalls} warm calls: ${uses.count}`,
  )
  await compareSecrets(gateway, account, kms, encrypt)
  const audit = await openBenchLog(join(folder, 'audit'), kms)
  const audited = openapiGateway({ kms, audit })
  for (const concurrency of [1, 64]) {
    const settings = { perRound: concurrency * 40, rounds, concurrency }
    const spread = await measure(encrypt(schemes[1][1]), (request) => answer(audited, request), settings)
    printSpread(`ACS3: Encrypt, audited, ${concurrency} at once`, spread)
  }
  await audit.close()
  await store.close()
}

/** Reading a secret beside encrypting, in turns: what a program does all the time is to cost about the same. */
async function compareSecrets(
  gateway: OpenapiGateway,
  account: SigningCredentials,
  kms: Kms,
  encrypt: (sign: Sign) => (count: number) => readonly HttpRequest[],
): Promise<void> {
  const work = async (request: HttpRequest): Promise<void> => {
    const { status, body } = await gateway.handle(request)
    if (status !== 200) throw new Error(String(body))
  }
  const kinds = [
    ['under the account’s key', {}],
    ['under a named key', { EncryptionKeyId: await createKey(gateway, account, kms) }],
  ] as const
  for (const [index, [kind, more]] of kinds.entries()) {
    const names = { SecretName: `app/db-${index}` }
    await work(signV3(account, kms, 'CreateSecret', { ...names, VersionId: 'v1', SecretData: secretData, ...more }))
    for (const [name, sign] of schemes) {
      const read = (count: number) => Array.from({ length: count }, () => sign(account, kms, 'GetSecretValue', names))
      const ratio = await compare(
        { prepare: encrypt(sign), work },
        { prepare: read, work },
        { perRound: 300, rounds: 61 },
      )
      printRatio(`${name}: GetSecretValue ${kind} ÷ Encrypt`, ratio)
    }
  }
}

/** As an application keeps it. */
const secretData = '{"AccountName":"app","AccountPassword":"3f9c1b7e5d2a4086b1c9"}'

const plaintext = Buffer.alloc(32, 1).toString('base64')
const emptyResult = { keyId: 'key', keyVersionId: 'version', ciphertextBlob: new Uint8Array(100) }

/** The store itself, with each use counted: a statement or more. */
function counting(store: Store, uses: { count: number }): Store {
  const counted = <T>(result: T): T => {
    uses.count++
    return result
  }
  return {
    get: (kind, id) => counted(store.get(kind, id)),
    list: (kind, filter, page) => counted(store.list(kind, filter, page)),
    scan: (after, limit) => counted(store.scan(after, limit)),
    commit: (changes) => counted(store.commit(changes)),
    close: () => store.close(),
  }
}

type Sign = (
  account: SigningCredentials,
  kms: Kms,
  action: string,
  parameters: Readonly<Record<string, string>>,
) => HttpRequest

let nonces = 0
const nextNonce = (): string => (nonces++).toString(16).padStart(32, '0')
const { version } = kmsApi

/** Parameters in a form, as @alicloud/pop-core posts them. */
const signV1: Sign = (credentials, kms, action, parameters) => {
  const pairs = Object.entries(parameters)
  const call = { method: 'POST', action, version, parameters: pairs, credentials, date: kms.now(), nonce: nextNonce() }
  return httpRequest('/', { 'content-type': 'application/x-www-form-urlencoded' }, encode(signRpc(call)))
}

/** Parameters in the query string, the rest in headers, as the generated clients send them. */
const signV3: Sign = (credentials, kms, action, parameters) => {
  const query = Object.entries(parameters)
  const call = { method: 'POST', host: 'localhost', action, version, query, body: '', credentials }
  const headers = signAcs3({ ...call, date: kms.now(), nonce: nextNonce() })
  return httpRequest(`/?${encode(query)}`, headers, '')
}
const schemes = [
  ['V1', signV1],
  ['ACS3', signV3],
] as const

const encode = (pairs: readonly Parameter[]): string =>
  pairs.map(([name, value]) => `${name}=${percentEncode(value)}`).join('&')

const httpRequest = (target: string, headers: Readonly<Record<string, string>>, body: string): HttpRequest => ({
  method: 'POST',
  target,
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  body: Buffer.from(body),
  sourceAddress: '127.0.0.1',
  secureTransport: true,
})

async function createKey(gateway: OpenapiGateway, account: SigningCredentials, kms: Kms): Promise<string> {
  const { body } = await gateway.handle(signV3(account, kms, 'CreateKey', {}))
  return JSON.parse(String(body)).KeyMetadata.KeyId
}
