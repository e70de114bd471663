import assert from 'node:assert/strict'
import { generateKeyPairSync, privateDecrypt } from 'node:crypto'
import type { Caller } from '../../src/core/access/caller.ts'
import { contextAad } from '../../src/core/cryptography/encryption-context.ts'
import { KmsError } from '../../src/core/errors.ts'
import type { Kms } from '../../src/core/kms.ts'
import type { Padding } from '../../src/crypto/algorithms.ts'
import type { KeyMode } from '../../src/crypto/mode-key.ts'
import { pairings } from '../../src/gateway/instance/operations.ts'
import { openapiOperations } from '../../src/gateway/openapi/operations.ts'
import { accountCaller } from './calls.ts'

// Every operation of both gateways that encrypts under a symmetric key, and every one that decrypts, as two tables.
// Operations run past the gateways, which would only encode what is a table of bytes here.

export const context = { table: 'salaries' }
export const aad: Uint8Array = contextAad(context) ?? assert.fail()
/** Three blocks, so that every padding takes it. */
const secretText: Buffer = Buffer.from('only the matching pair may ever show this text'.padEnd(48, '.'))

/** What an operation answered, whatever its type says. */
// biome-ignore lint/suspicious/noExplicitAny: answers differ with each operation, and the tables read them at once
type Loose = any

export type Run = (operation: string, input: Record<string, unknown>) => Promise<Loose>

/** Runs operations of both gateways: `openapi Encrypt`, `instance Encrypt`. */
export function runnerOf(kms: Kms, caller: Caller = accountCaller(kms)): Run {
  return async (name, input) => {
    const [gateway, operationName = ''] = name.split(' ')
    const call = { kms, caller, requestId: '00000000-0000-4000-8000-000000000000', audit: {} }
    if (gateway === 'openapi') {
      const pair = openapiOperations.find(({ operation }) => operation.name === operationName) ?? assert.fail(name)
      return pair.run({ ...call, operation: pair.operation }, input)
    }
    const { operation, behaviour } = pairings.get(operationName) ?? assert.fail(name)
    const absent = Object.keys(operation.request).map((field) => [
      lowered(field),
      empty(operation.request[field]?.type),
    ])
    const values = { ...Object.fromEntries(absent), ...given(input) }
    const { response, keyVersionId } = await behaviour(
      { ...call, operation: { name: operationName, actions: [operation.action] } },
      values as never,
    )
    return { ...response, keyVersionId }
  }
}

const lowered = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
const empty = (type: string | undefined) => (type === 'bytes' ? new Uint8Array(0) : type === 'int32' ? 0 : '')
const given = (input: object) => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))

export interface Scheme {
  readonly mode: 'GCM' | 'CBC' | 'CTR' | 'ECB'
  readonly padding?: Padding
  readonly ivBytes: number
}
export const schemes: readonly Scheme[] = [
  { mode: 'GCM', ivBytes: 12 },
  { mode: 'CBC', padding: 'PKCS7_PADDING', ivBytes: 16 },
  { mode: 'CBC', padding: 'NO_PADDING', ivBytes: 16 },
  { mode: 'CTR', ivBytes: 16 },
  { mode: 'ECB', padding: 'PKCS7_PADDING', ivBytes: 0 },
  { mode: 'ECB', padding: 'NO_PADDING', ivBytes: 0 },
]

/** A ciphertext taken apart. */
export interface Made {
  readonly what: string
  readonly mode: KeyMode
  readonly keyVersionId: string
  readonly iv: Buffer
  /** of GCM with its tag */
  readonly body: Buffer
  readonly plaintext: Buffer
}

export interface Target {
  readonly run: Run
  readonly keyId: string
  readonly family: 'AES' | 'SM4'
}

interface Maker {
  readonly operation: string
  /** the schemes it takes; GCM alone where it lets nobody choose */
  readonly schemes: readonly Scheme[]
  readonly takesIv: boolean
  make(target: Target, scheme: Scheme, iv: Buffer | undefined): Promise<Omit<Made, 'what' | 'mode'>>
}

const [gcm] = schemes as [Scheme]
const onlyGcm = { schemes: [gcm], takesIv: false }
const algorithmOf = ({ family }: Target, { mode, padding }: Scheme) => ({
  algorithm: `${family}_${mode}`,
  paddingMode: padding,
})
/** GCM takes associated data, the others none. */
const dataOf = ({ mode }: Scheme) => (mode === 'GCM' ? { aad } : {})

function split(blob: Uint8Array, { ivBytes }: Scheme, plaintext: Uint8Array, header = 0) {
  const bytes = Buffer.from(blob).subarray(header)
  return {
    keyVersionId: bytes.subarray(0, 36).toString(),
    iv: bytes.subarray(36, 36 + ivBytes),
    body: bytes.subarray(36 + ivBytes),
    plaintext: Buffer.from(plaintext),
  }
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const wrapping = {
  publicKeyBlob: publicKey.export({ type: 'spki', format: 'der' }),
  wrappingKeySpec: 'RSA_2048',
  wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
}
const unwrapped = (wrapped: Uint8Array): Buffer => privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, wrapped)
const base64 = (bytes: Uint8Array): Buffer => Buffer.from(Buffer.from(bytes).toString('base64'))

const openapiMaker = (
  name: string,
  make: (target: Target) => Promise<{ blob: Uint8Array; plaintext: Uint8Array }>,
): Maker => ({
  operation: `openapi ${name}`,
  ...onlyGcm,
  async make(target) {
    const { blob, plaintext } = await make(target)
    return split(blob, gcm, plaintext)
  },
})
const shown = async ({ run }: Target, blob: Uint8Array): Promise<Buffer> =>
  Buffer.from((await run('openapi Decrypt', { ciphertextBlob: blob, encryptionContext: context })).plaintext)

const pairMaker = (name: string, isAdvanced: boolean): Maker => ({
  operation: `instance ${name}`,
  ...onlyGcm,
  async make({ run, keyId }) {
    const made = await run(`instance ${name}`, { keyId, keyPairSpec: 'EC_P256', keyFormat: 'DER', aad })
    const { privateKeyCiphertextBlob: blob, iv, keyVersionId } = made
    const plain = { keyVersionId, iv: Buffer.from(iv), body: Buffer.from(blob) }
    const parts = isAdvanced ? split(blob, gcm, new Uint8Array(0), 3) : plain
    const opening = { ciphertextBlob: Buffer.concat([Buffer.from(keyVersionId), parts.iv, parts.body]), aad }
    const { plaintext } = await run('instance KmsDecrypt', opening)
    return { ...parts, plaintext: Buffer.from(plaintext) }
  },
})

export const makers: readonly Maker[] = [
  openapiMaker('Encrypt', async ({ run, keyId }) => {
    const input = { keyId, plaintext: secretText.toString(), encryptionContext: context }
    return { blob: (await run('openapi Encrypt', input)).ciphertextBlob, plaintext: secretText }
  }),
  openapiMaker('GenerateDataKey', async ({ run, keyId }) => {
    const made = await run('openapi GenerateDataKey', { keyId, encryptionContext: context })
    return { blob: made.ciphertextBlob, plaintext: base64(made.plaintext) }
  }),
  openapiMaker('GenerateDataKeyWithoutPlaintext', async (target) => {
    const input = { keyId: target.keyId, encryptionContext: context }
    const { ciphertextBlob: blob } = await target.run('openapi GenerateDataKeyWithoutPlaintext', input)
    return { blob, plaintext: await shown(target, blob) }
  }),
  openapiMaker('GenerateAndExportDataKey', async ({ run, keyId }) => {
    const input = { keyId, encryptionContext: context, ...wrapping }
    const made = await run('openapi GenerateAndExportDataKey', input)
    return { blob: made.ciphertextBlob, plaintext: base64(unwrapped(made.exportedDataKey)) }
  }),
  openapiMaker('ReEncrypt', async ({ run, keyId }) => {
    const { ciphertextBlob } = await run('openapi Encrypt', { keyId, plaintext: secretText.toString() })
    const input = { ciphertextBlob, destinationKeyId: keyId, destinationEncryptionContext: context }
    return { blob: (await run('openapi ReEncrypt', input)).ciphertextBlob, plaintext: secretText }
  }),
  ...['openapi AdvanceEncrypt', 'instance AdvanceEncrypt'].map(
    (operation): Maker => ({
      operation,
      schemes,
      takesIv: true,
      async make(target, scheme, iv) {
        const input = { keyId: target.keyId, plaintext: secretText, iv, ...algorithmOf(target, scheme) }
        const { ciphertextBlob } = await target.run(operation, { ...input, ...dataOf(scheme) })
        return split(ciphertextBlob, scheme, secretText, 3)
      },
    }),
  ),
  {
    operation: 'instance Encrypt',
    schemes,
    takesIv: true,
    async make(target, scheme, iv) {
      const input = { keyId: target.keyId, plaintext: secretText, iv, ...algorithmOf(target, scheme) }
      const made = await target.run('instance Encrypt', { ...input, ...dataOf(scheme) })
      const parts = { iv: Buffer.from(made.iv), body: Buffer.from(made.ciphertextBlob) }
      return { ...parts, keyVersionId: made.keyVersionId, plaintext: secretText }
    },
  },
  {
    operation: 'instance GenerateDataKey',
    ...onlyGcm,
    async make({ run, keyId }) {
      const { keyVersionId, iv, ciphertextBlob, plaintext } = await run('instance GenerateDataKey', { keyId, aad })
      return { keyVersionId, iv: Buffer.from(iv), body: Buffer.from(ciphertextBlob), plaintext: Buffer.from(plaintext) }
    },
  },
  {
    operation: 'instance AdvanceGenerateDataKey',
    ...onlyGcm,
    async make({ run, keyId }) {
      const { ciphertextBlob, plaintext } = await run('instance AdvanceGenerateDataKey', { keyId, aad })
      return split(ciphertextBlob, gcm, plaintext, 3)
    },
  },
  pairMaker('GenerateDataKeyPair', false),
  pairMaker('GenerateDataKeyPairWithoutPlaintext', false),
  pairMaker('AdvanceGenerateDataKeyPair', true),
  pairMaker('AdvanceGenerateDataKeyPairWithoutPlaintext', true),
  {
    operation: 'instance KmsEncrypt',
    ...onlyGcm,
    async make({ run, keyId }) {
      const { ciphertextBlob } = await run('instance KmsEncrypt', { keyId, plaintext: secretText, aad })
      return split(ciphertextBlob, gcm, secretText)
    },
  },
]

export interface Opener {
  readonly operation: string
  readonly scheme: Scheme
  /** the plaintext, or whatever came out instead */
  open(target: Target, parts: Pick<Made, 'keyVersionId' | 'iv' | 'body'>, withContext: boolean): Promise<Buffer>
}

const blobOf = ({ keyVersionId, iv, body }: Pick<Made, 'keyVersionId' | 'iv' | 'body'>): Buffer =>
  Buffer.concat([Buffer.from(keyVersionId), iv, body])
const codes = {
  AES: { GCM: 2, CBC: 0x81, ECB: 0x82, CTR: 0x86 },
  SM4: { GCM: 0x83, CBC: 0x84, ECB: 0x85, CTR: 0x87 },
} as const
const paddingCode = (padding: Padding | undefined) => (padding ? (padding === 'NO_PADDING' ? 2 : 1) : 0)
/** What AdvanceEncrypt writes in front. */
export const headerOf = (family: 'AES' | 'SM4', { mode, padding }: Scheme): Buffer =>
  Buffer.of(0x24, paddingCode(padding), codes[family][mode])

const contextIf = (isGiven: boolean) => (isGiven ? context : undefined)
const aadIf = (isGiven: boolean) => (isGiven ? aad : undefined)

export const openers: readonly Opener[] = [
  {
    operation: 'openapi Decrypt',
    scheme: gcm,
    async open({ run }, parts, withContext) {
      const input = { ciphertextBlob: blobOf(parts), encryptionContext: contextIf(withContext) }
      return Buffer.from((await run('openapi Decrypt', input)).plaintext)
    },
  },
  {
    operation: 'openapi ExportDataKey',
    scheme: gcm,
    async open({ run }, parts, withContext) {
      const input = { ciphertextBlob: blobOf(parts), encryptionContext: contextIf(withContext), ...wrapping }
      return unwrapped((await run('openapi ExportDataKey', input)).exportedDataKey)
    },
  },
  {
    operation: 'openapi ReEncrypt',
    scheme: gcm,
    async open({ run, keyId }, parts, withContext) {
      const input = { ciphertextBlob: blobOf(parts), sourceEncryptionContext: contextIf(withContext) }
      const { ciphertextBlob } = await run('openapi ReEncrypt', { ...input, destinationKeyId: keyId })
      return Buffer.from((await run('instance KmsDecrypt', { ciphertextBlob })).plaintext)
    },
  },
  {
    operation: 'instance KmsDecrypt',
    scheme: gcm,
    async open({ run }, parts, withContext) {
      const input = { ciphertextBlob: blobOf(parts), aad: aadIf(withContext) }
      return Buffer.from((await run('instance KmsDecrypt', input)).plaintext)
    },
  },
  ...schemes.flatMap((scheme): Opener[] => [
    ...['instance Decrypt', 'instance AdvanceDecrypt'].map(
      (operation): Opener => ({
        operation,
        scheme,
        async open(target, { iv, body }, withContext) {
          const input = { keyId: target.keyId, ciphertextBlob: body, iv, aad: aadIf(withContext) }
          return Buffer.from((await target.run(operation, { ...input, ...algorithmOf(target, scheme) })).plaintext)
        },
      }),
    ),
    {
      operation: 'instance AdvanceDecrypt',
      scheme,
      async open({ run, family }, parts, withContext) {
        const ciphertextBlob = Buffer.concat([headerOf(family, scheme), blobOf(parts)])
        const input = { ciphertextBlob, aad: aadIf(withContext) }
        return Buffer.from((await run('instance AdvanceDecrypt', input)).plaintext)
      },
    },
  ]),
]

/** What comes out, or nothing when the call was refused. */
export async function outcome(work: Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof KmsError && error.status < 500) return undefined
    throw error
  }
}
