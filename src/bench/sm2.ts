import { execFileSync } from 'node:child_process'
import { kmsApi } from '../api/operation.ts'
import { type LocalServer, startLocalServer } from '../cli/bench/local-server.ts'
import { publicTarget } from '../cli/bench/target.ts'
import { encryptSm2 } from '../crypto/sm2-encryption.ts'
import { generateSm2Key } from '../crypto/sm2-key.ts'
import { signSm2InPool } from '../crypto/sm2-pooled-signature.ts'
import { decryptSm2InThread, sm2Threads } from '../crypto/sm2-threads.ts'
import { runGenerators } from '../load/generators.ts'
import type { PublicCall } from '../load/plan.ts'
import { Collector } from '../load/result.ts'
import { Client } from '../sdk/client.ts'
import { machine, measure, printRow, type Row, spread } from './measure.ts'

/**
 * SM2 beside the signatures of openssl's own benchmark on one processor, and what callers who decrypt under SM2 do to
 * others.
 *
 *     npm run bench sm2
 */
export async function run(): Promise<void> {
  console.log(`${machine()}\n`)
  for (const row of await rows()) printRow(row)
}

const command = 'npm run bench sm2'
const rounds = 7

export async function rows(): Promise<readonly Row[]> {
  try {
    return [...(await besideOpenssl()), await encryptBesideDecryption()]
  } finally {
    await sm2Threads.stop()
  }
}

/** CPU of a signature of `openssl speed sm2` over ours; nothing where there is no openssl. */
async function besideOpenssl(): Promise<readonly Row[]> {
  const key = generateSm2Key()
  const digest = Buffer.alloc(32, 0x5a)
  const ciphertext = encryptSm2(key.publicKey, digest)
  const works = {
    sign: () => signSm2InPool(key, digest),
    decrypt: () => decryptSm2InThread(key, ciphertext),
  }
  const ratios: Record<keyof typeof works, number[]> = { sign: [], decrypt: [] }
  for (let round = 0; round < rounds; round++) {
    const theirs = opensslSignatureMicroseconds()
    if (theirs === undefined) return []
    for (const name of ['sign', 'decrypt'] as const) ratios[name].push(theirs / (await cpuOf(works[name])))
  }
  return (['sign', 'decrypt'] as const).map((name) => {
    const found = spread(ratios[name])
    const what = `SM2 ${name}, CPU: a signature of openssl speed ÷ Keyhaven`
    return { name: what, ratio: found.median, spread: found, aim: '≥ 1', command }
  })
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const calls = (count: number) => Array.from({ length: count })
  const { cpu } = await measure(calls, work, { perRound: 300, rounds: 1, concurrency: 4 })
  return cpu.median
}

function opensslSignatureMicroseconds(): number | undefined {
  try {
    const told = execFileSync('openssl', ['speed', '-mr', '-seconds', '1', 'sm2'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [, perSecond = ''] = /^\+F7:\d+:\d+:[^:]*:([\d.]+)/m.exec(told.toString()) ?? []
    return perSecond === '' ? undefined : 1e6 / Number(perSecond)
  } catch {
    return undefined
  }
}

const encryptingCallers = 8
const decryptingCallers = 4

/** How many times as long the median Encrypt takes while others decrypt under SM2. */
async function encryptBesideDecryption(): Promise<Row> {
  await using server = await startLocalServer({ operations: [{ name: 'Encrypt', weight: 1 }], gateway: 'public' })
  const encrypt = call('Encrypt', { KeyId: server.keyFor('Encrypt'), Plaintext: Buffer.alloc(32).toString('base64') })
  const decrypt = await sm2Decryption(server)
  const ratios: number[] = []
  for (let round = -1; round < rounds; round++) {
    const alone = await medianOf(server, encrypt, encryptingCallers)
    const decrypting = medianOf(server, decrypt, decryptingCallers)
    const beside = await medianOf(server, encrypt, encryptingCallers)
    await decrypting
    if (round >= 0) ratios.push(beside / alone)
  }
  const found = spread(ratios)
  const name = `Encrypt, ${encryptingCallers} callers, p50: while ${decryptingCallers} others decrypt SM2 ÷ alone`
  return { name, ratio: found.median, spread: found, aim: '< 1.3', command }
}

const call = (operation: string, parameters: Readonly<Record<string, string>>): PublicCall => ({
  ...{ gateway: 'public', operation, version: kmsApi.version, weight: 1, parameters },
})

async function sm2Decryption(server: LocalServer): Promise<PublicCall> {
  await using client = new Client(server.public)
  const { keyMetadata } = await client.createKey({ keySpec: 'EC_SM2', keyUsage: 'ENCRYPT/DECRYPT' })
  const { keyVersions } = await client.listKeyVersions({ keyId: keyMetadata.keyId })
  const [version] = keyVersions?.keyVersion ?? []
  const key = { keyId: keyMetadata.keyId, keyVersionId: version?.keyVersionId ?? '', algorithm: 'SM2PKE' } as const
  const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, plaintext: Buffer.alloc(32, 1) })
  const names = { KeyId: key.keyId, KeyVersionId: key.keyVersionId, Algorithm: key.algorithm }
  return call('AsymmetricDecrypt', { ...names, CiphertextBlob: Buffer.from(ciphertextBlob).toString('base64') })
}

/** Microseconds of the median call. */
async function medianOf(server: LocalServer, planned: PublicCall, connections: number): Promise<number> {
  const collector = new Collector()
  const plan = {
    ...{ public: await publicTarget(server.public), calls: [planned], connections },
    ...{ warmUpMs: 500, durationMs: 1500, periodMs: 3000, timeoutMs: 10_000, isDebugged: false },
  }
  await runGenerators(plan, 1, new AbortController().signal, {
    measuring: () => {},
    period: (report) => collector.add(report),
  })
  const total = collector.total()
  if (total.notOk.count > 0) throw new Error(`the server answered ${[...total.errors.keys()].join(', ')}`)
  return total.ok.percentile(50)
}
