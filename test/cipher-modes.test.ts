import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CreateKey } from '../src/api/keys.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { keySpecs } from '../src/crypto/algorithms.ts'
import { pairings } from '../src/gateway/instance/operations.ts'
import { openapiOperations } from '../src/gateway/openapi/operations.ts'
import { actor } from './kit/calls.ts'
import { type Made, makers, openers, outcome, runnerOf, type Scheme, schemes, type Target } from './kit/cipher-modes.ts'
import { testKms } from './kit/kms.ts'

const specs = [...keySpecs.values()].filter(({ kind }) => kind === 'symmetric').map(({ spec }) => spec)

async function targetOf(keySpec: string): Promise<Target> {
  const { kms } = await testKms({ settings: { allowEcb: true } })
  const { keyMetadata } = await actor(kms)(CreateKey, createKey, { keySpec } as never)
  return { run: runnerOf(kms), keyId: keyMetadata.keyId, family: keySpec === 'Aliyun_SM4' ? 'SM4' : 'AES' }
}

/** An IV that everybody knows, so that own and given IVs meet under it. */
const givenIv = ({ ivBytes }: Scheme): Buffer => Buffer.alloc(ivBytes, 7)

async function everyCiphertext(target: Target): Promise<Made[]> {
  const made: Made[] = []
  for (const maker of makers) {
    for (const scheme of maker.schemes) {
      // CTR takes no IV, ECB has none.
      const isChoice = maker.takesIv && (scheme.mode === 'GCM' || scheme.mode === 'CBC')
      for (const iv of isChoice ? [undefined, givenIv(scheme)] : [undefined]) {
        const mode = scheme.mode === 'GCM' && iv ? 'GCM_GIVEN_IV' : scheme.mode
        const what = `${maker.operation}, ${mode} ${scheme.padding ?? ''}${iv ? ', given IV' : ''}`
        made.push({ what, mode, ...(await maker.make(target, scheme, iv)) })
      }
    }
  }
  return made
}

const familyOf = (mode: string): string => (mode === 'GCM_GIVEN_IV' ? 'GCM' : mode)

/** The bytes read as if they belonged to another scheme: as they lie, and with the counter where GCM has it. */
function readings({ iv, body }: Made, { ivBytes }: Scheme): { iv: Buffer; body: Buffer }[] {
  const all = Buffer.concat([iv, body])
  const asTheyLie = { iv: all.subarray(0, ivBytes), body: all.subarray(ivBytes) }
  if (iv.length === ivBytes) return [{ iv, body }]
  if (iv.length === 12 && ivBytes === 16) {
    const counter = Buffer.concat([iv, Buffer.of(0, 0, 0, 2)])
    return [asTheyLie, { iv: counter, body: body.subarray(0, -16) }, { iv: counter, body }]
  }
  return [asTheyLie, { iv: Buffer.alloc(ivBytes), body }]
}

/** Whether any 16 bytes of the plaintext are among the bytes. */
function shows(bytes: Buffer, { plaintext }: Made): boolean {
  for (let at = 0; at + 16 <= plaintext.length; at++) if (bytes.includes(plaintext.subarray(at, at + 16))) return true
  return false
}

test('the tables hold every operation that encrypts under a symmetric key, and every one that decrypts', () => {
  const asymmetric = [
    ...['openapi AsymmetricEncrypt', 'openapi AsymmetricDecrypt'],
    ...['openapi CertificatePublicKeyEncrypt', 'openapi CertificatePrivateKeyDecrypt'],
  ]
  const holding = (side: 'request' | 'response', field: RegExp): string[] =>
    [
      ...openapiOperations.map(({ operation }) => ({ name: `openapi ${operation.name}`, fields: operation[side] })),
      ...[...pairings.values()].map(({ operation }) => ({
        name: `instance ${operation.name}`,
        fields: operation[side],
      })),
    ]
      .filter(({ name, fields }) => Object.keys(fields).some((name) => field.test(name)) && !asymmetric.includes(name))
      .map(({ name }) => name)
  assert.deepEqual(new Set(makers.map(({ operation }) => operation)), new Set(holding('response', /CiphertextBlob$/)))
  assert.deepEqual(new Set(openers.map(({ operation }) => operation)), new Set(holding('request', /^CiphertextBlob$/)))
})

for (const spec of specs) {
  describe(spec, () => {
    test('a ciphertext opens in the mode it was made in and with its context, and in no other way', async () => {
      const target = await targetOf(spec)
      const opened = new Set<string>()
      const all = await everyCiphertext(target)
      for (const made of all) {
        for (const { operation, scheme, open } of openers) {
          const isMatch = scheme.mode === familyOf(made.mode)
          for (const withContext of [true, false]) {
            for (const { iv, body } of readings(made, scheme)) {
              const parts = { keyVersionId: made.keyVersionId, iv, body }
              const result = await outcome(open(target, parts, withContext))
              const isRight = result?.subarray(0, made.plaintext.length).equals(made.plaintext) ?? false
              const where = `${made.what}: ${operation} as ${scheme.mode} ${withContext ? 'with' : 'without'} context`
              if (isMatch && withContext === (scheme.mode === 'GCM')) {
                if (isRight || isExported(operation, result, made)) opened.add(`${made.what} ${operation}`)
                continue
              }
              assert.ok(!isRight && !(result && shows(result, made)), where)
            }
          }
        }
        assert.ok(
          [...opened].some((name) => name.startsWith(`${made.what} `)),
          `${made.what} opens nowhere`,
        )
      }
      assert.deepEqual(missingPairs(all, opened), [])
    })

    test('encrypting shows nothing of any ciphertext, whatever the algorithm, IV and input', async () => {
      const target = await targetOf(spec)
      for (const made of await everyCiphertext(target)) {
        for (const maker of makers.filter(({ takesIv }) => takesIv)) {
          for (const scheme of schemes) await encryptAsDecrypt(target, made, maker.operation, scheme)
        }
      }
    })
  })
}

/** ExportDataKey hands out the bytes that a Base64 text stands for. */
const isExported = (operation: string, result: Buffer | undefined, { plaintext }: Made): boolean =>
  operation === 'openapi ExportDataKey' && result?.toString('base64') === plaintext.toString()

/** Each ciphertext must open with every operation of its mode; the text that Decrypt returns shows only what is text. */
function missingPairs(all: readonly Made[], opened: ReadonlySet<string>): string[] {
  return all.flatMap((made) =>
    openers
      .filter(({ scheme }) => scheme.mode === familyOf(made.mode))
      .filter(
        ({ operation }) => operation !== 'openapi Decrypt' || /^[\x20-\x7e]*$/.test(made.plaintext.toString('latin1')),
      )
      .map(({ operation }) => `${made.what} ${operation}`)
      .filter((pair) => !opened.has(pair)),
  )
}

/** Uses an encrypting operation as if it decrypted, or gave out keystream. */
async function encryptAsDecrypt(target: Target, made: Made, operation: string, scheme: Scheme): Promise<void> {
  const blocks = Math.ceil(made.body.length / 16)
  const counters = Array.from({ length: blocks }, (_, at) => Buffer.concat([made.iv, Buffer.of(0, 0, 0, at + 2)]))
  const inputs = [
    made.body,
    made.body.subarray(0, -16),
    Buffer.alloc(blocks * 16),
    ...(made.iv.length === 12 ? [Buffer.concat(counters)] : []),
  ].filter(({ length }) => length > 0)
  const known = [undefined, ...readings(made, scheme).map(({ iv }) => iv), Buffer.alloc(scheme.ivBytes)]
  const ivs = known.filter((iv) => iv === undefined || iv.length === scheme.ivBytes)
  for (const plaintext of inputs) {
    for (const iv of ivs) {
      const algorithm = { algorithm: `${target.family}_${scheme.mode}`, paddingMode: scheme.padding }
      const work = target.run(operation, { keyId: target.keyId, plaintext, iv, ...algorithm })
      const sealed = await outcome(work.then(({ ciphertextBlob }) => Buffer.from(ciphertextBlob)))
      if (sealed === undefined) continue
      const start = operation.endsWith('AdvanceEncrypt') ? 39 + scheme.ivBytes : 0
      const result = sealed.subarray(start)
      const keystream = result.map((byte, at) => byte ^ (made.body[at] ?? 0))
      const where = `${made.what}: ${operation} ${scheme.mode} ${scheme.padding ?? ''}`
      assert.ok(!shows(result, made) && !shows(Buffer.from(keystream), made), where)
    }
  }
}
