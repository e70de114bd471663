import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Encrypt } from '../api/cryptography.ts'
import { kmsApi } from '../api/operation.ts'
import type { AuditLog } from '../core/audit.ts'
import { bootstrapAccount } from '../core/callers/bootstrap.ts'
import type { Kms } from '../core/kms.ts'
import { rootKeyOf } from '../core/sealing/root-key.ts'
import type { Store } from '../core/store.ts'
import { randomBytes } from '../crypto/random.ts'
import type { HttpRequest } from '../gateway/http.ts'
import { type OpenapiGateway, openapiGateway } from '../gateway/openapi/handle.ts'
import { on } from '../gateway/openapi/pair.ts'
import { auditFolder } from '../server/audit/folder.ts'
import { type FileAuditLog, openAuditLog } from '../server/audit/log.ts'
import { configSchema } from '../server/config/schema.ts'
import { openCore } from '../server/core.ts'
import { openStore } from '../store/open-store.ts'
import { signAcs3 } from '../wire/acs3-signature.ts'
import { type Parameter, percentEncode } from '../wire/percent.ts'
import { type SigningCredentials, signRpc } from '../wire/rpc-signature.ts'
import { machine, measure, printSpread } from './measure.ts'

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
  const audit = await openLog(join(folder, 'audit'))
  const audited = openapiGateway({ kms, audit })
  for (const concurrency of [1, 64]) {
    const settings = { perRound: concurrency * 40, rounds, concurrency }
    const spread = await measure(encrypt(schemes[1][1]), (request) => answer(audited, request), settings)
    printSpread(`ACS3: Encrypt, audited, ${concurrency} at once`, spread)
  }
  await audit.close()
  await store.close()
}

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
    commit: (changes) => counted(store.commit(changes)),
    close: () => store.close(),
  }
}

function openKms(store: Store): Kms {
  const now = new Date()
  const { kms, keyring } = openCore({
    store,
    config: configSchema.parse({}),
    accountId: '1000000000000001',
    now: () => now,
    onTampering: (kind, id) => {
      throw new Error(`${kind} ${id} was altered`)
    },
  })
  keyring.unseal(rootKeyOf(randomBytes(32), 'bench'))
  return kms
}

const openLog = async (path: string): Promise<FileAuditLog> =>
  openAuditLog({
    folder: await auditFolder(path),
    node: 'bench',
    segmentBytes: 1 << 26,
    checkpointRecords: 100_000,
    checkpointSeconds: 3600,
    writeTimeoutMs: 5000,
    retryMs: 1000,
    reserveBytes: 0,
    now: () => new Date(),
    report: { failed: console.error, recovered: () => {}, checkpointFailed: console.error },
  })

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
