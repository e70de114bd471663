import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import * as envelope from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-test-'))
after(() => rm(folder, { recursive: true }))
const keyId = 'alias/Apollo/WorkKey'
const kms = new MemoryKms()
const sealed = (await envelope.encrypt(Buffer.from('x'), { kms, keyId })).ciphertext
const plainPath = join(folder, 'plain')
const sealedPath = join(folder, 'sealed')
writeFileSync(plainPath, 'x')
writeFileSync(sealedPath, sealed)
const file = await envelope.EnvelopeFile.open(sealedPath, { kms })
after(() => file.close())

type Loose = (...values: unknown[]) => unknown

/** How a function is called rightly; each argument is then replaced by what programs without types hand in. */
const functions: Readonly<Record<string, { readonly call: Loose; readonly names: string; readonly good: unknown[] }>> =
  {
    encrypt: { call: envelope.encrypt as Loose, names: 'plaintext options', good: [Buffer.from('x'), { kms, keyId }] },
    decrypt: { call: envelope.decrypt as Loose, names: 'ciphertext options', good: [sealed, { kms }] },
    encryptStream: {
      call: (source, options) => Array.fromAsync((envelope.encryptStream as Loose)(source, options) as never),
      names: 'source options',
      good: [[Buffer.from('x')], { kms, keyId }],
    },
    decryptStream: {
      call: (source, options) => Array.fromAsync((envelope.decryptStream as Loose)(source, options) as never),
      names: 'source options',
      good: [[sealed], { kms }],
    },
    describeEnvelope: { call: envelope.describeEnvelope as Loose, names: 'source', good: [[sealed]] },
    encryptFile: {
      call: envelope.encryptFile as Loose,
      names: 'source target options',
      good: [plainPath, join(folder, 'target'), { kms, keyId, force: true }],
    },
    decryptFile: {
      call: envelope.decryptFile as Loose,
      names: 'source target options',
      good: [sealedPath, join(folder, 'target'), { kms, force: true }],
    },
    rewrapFile: { call: envelope.rewrapFile as Loose, names: 'path options', good: [sealedPath, { kms, to: keyId }] },
    rewrapEnvelope: {
      call: envelope.rewrapEnvelope as Loose,
      names: 'ciphertext options',
      good: [sealed, { kms, to: keyId }],
    },
    rewrapStream: {
      call: (source, options) => Array.fromAsync((envelope.rewrapStream as Loose)(source, options) as never),
      names: 'source options',
      good: [[sealed], { kms, to: keyId }],
    },
    inspectFile: { call: envelope.inspectFile as Loose, names: 'path', good: [sealedPath] },
    'EnvelopeFile.open': {
      call: async (path, options) => {
        await using _ = await (envelope.EnvelopeFile.open as (...values: unknown[]) => Promise<envelope.EnvelopeFile>)(
          path,
          options,
        )
      },
      names: 'path options',
      good: [sealedPath, { kms }],
    },
  }

async function refused(work: () => unknown, what: RegExp): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error: unknown) => {
      assert.ok(error instanceof envelope.EnvelopeError, String(error))
      assert.equal(error.code, 'InvalidArgument', error.message)
      assert.match(error.message, what)
      assert.ok(!error.message.includes('\n'))
      return true
    },
  )
}

const nonsense: readonly unknown[] = [undefined, null, 5, true, Symbol('x'), () => {}]
const notFor = (name: string): readonly unknown[] =>
  ({
    source: [...nonsense, Buffer.from('x'), {}],
    path: [...nonsense, {}, [], '', 'a\0b', Buffer.from('x')],
    target: [...nonsense, {}, [], '', 'a\0b'],
    options: [...nonsense, 'text', {}, []],
  })[name] ?? [...nonsense, 'text', [1], {}, new ArrayBuffer(1)]

for (const [name, { call, names, good }] of Object.entries(functions))
  describe(name, () => {
    test('does what it does when it is called rightly', async () => {
      await call(...good)
    })

    for (const [index, argument] of names.split(' ').entries())
      test(`names a wrong ${argument}`, async () => {
        for (const value of notFor(argument)) await refused(() => call(...good.with(index, value)), /^the /)
      })
  })

const wrongOptions: Readonly<Record<string, readonly unknown[]>> = {
  kms: [null, undefined, 5, 'text', {}, []],
  keyId: [null, undefined, 5, '', [], [''], {}, { keyId: 'a' }, { keyId: 'a', kms: {} }, [['a']]],
  to: [null, undefined, 5, '', [], {}],
  encryptionContext: [null, 5, 'text', [], ['a'], new Map([['a', 'b']]), { a: 5 }, { a: null }],
  format: [null, 5, '', 'zip', 'toString'],
  algorithm: [null, 5],
  chunkBytes: [null, '4096', {}],
  cache: [null, true, {}],
  allowUnauthenticated: [null, 'yes', 1],
  signal: [null, true, {}, new AbortController()],
  onSummary: [null, true],
  onProgress: [null, true],
  force: [null, 'yes', 1],
  workers: [null, 4, {}],
  keepPresentKeys: [null, 'yes'],
}
/** Options that only some functions have, and those that all of their kind share. */
const optionsOf: Readonly<Record<string, string>> = {
  encrypt: 'kms keyId encryptionContext format algorithm chunkBytes cache allowUnauthenticated signal',
  decrypt: 'kms encryptionContext format cache allowUnauthenticated signal',
  encryptStream: 'kms keyId encryptionContext format algorithm chunkBytes cache allowUnauthenticated signal onSummary',
  decryptStream: 'kms encryptionContext format cache allowUnauthenticated signal onSummary',
  encryptFile: 'kms keyId encryptionContext format algorithm chunkBytes cache signal onProgress force workers',
  decryptFile: 'kms encryptionContext format cache allowUnauthenticated signal onProgress force workers',
  rewrapEnvelope: 'kms to encryptionContext signal keepPresentKeys',
  rewrapStream: 'kms to encryptionContext signal keepPresentKeys',
  rewrapFile: 'kms to encryptionContext signal keepPresentKeys',
  'EnvelopeFile.open': 'kms encryptionContext format cache allowUnauthenticated signal',
}

for (const [name, members] of Object.entries(optionsOf))
  test(`${name} names a wrong option`, async () => {
    const { call, good } = functions[name] ?? assert.fail()
    for (const member of members.split(' '))
      for (const value of wrongOptions[member] ?? assert.fail()) {
        const options = { ...(good.at(-1) as object), [member]: value }
        await refused(() => call(...good.slice(0, -1), options), new RegExp(`\\b${member}\\b|at least one key`))
      }
    assert.ok(!readdirSync(folder).some((left) => left.endsWith('.partial')))
  })

test('a source that yields anything but bytes is named, whatever it yields', async () => {
  for (const chunk of ['text', 5, null, undefined, {}, [1], new ArrayBuffer(1)])
    for (const name of [
      'encryptStream',
      'decryptStream',
      'rewrapStream',
      'describeEnvelope',
      'encryptFile',
      'decryptFile',
    ]) {
      const { call, good } = functions[name] ?? assert.fail()
      await refused(() => call(...good.with(0, [chunk])), /must yield bytes/)
    }
})

test('a range that is none is named', async () => {
  for (const range of [null, 5, 'text']) await refused(() => file.read(range as never), /range/)
  for (const range of [{ start: '1' }, { end: null }, { start: -1 }])
    await refused(() => file.read(range as never), /bytes .* are outside/)
})

test('limits and threads that are none are named', async () => {
  for (const limits of [{ maxBytes: '5' }, { maxAgeSeconds: null }, { now: 5 }, 5, null])
    await refused(() => new envelope.DataKeyCache(limits as never), /data-key cache/)
  for (const threads of [0, 65, '2', null]) await refused(() => new envelope.ChunkWorkers(threads as never), /threads/)
})

test('a client that answers with nothing, or with half of it, is one clear line', async () => {
  const answers: readonly unknown[] = [undefined, null, 5, 'text', {}, { plaintext: 5, ciphertextBlob: 5 }, []]
  const plaintext = Buffer.from('amount,1\n')
  const formats = envelope.envelopeFormats
  const envelopes = await Promise.all(
    formats.map(async (format) => (await envelope.encrypt(plaintext, { kms, keyId, format })).ciphertext),
  )
  for (const answer of answers) {
    const give = async (): Promise<never> => answer as never
    const broken = { generateDataKey: give, encrypt: give, decrypt: give, reEncrypt: give, describeKey: give }
    const isClear = (error: unknown): boolean =>
      error instanceof envelope.EnvelopeError && ['KeyUnavailable', 'InvalidArgument'].includes(error.code)
    for (const [index, format] of formats.entries()) {
      await assert.rejects(envelope.encrypt(plaintext, { kms: broken, keyId, format }), isClear)
      await assert.rejects(envelope.decrypt(envelopes[index] ?? plaintext, { kms: broken }), isClear)
      writeFileSync(sealedPath, envelopes[index] ?? plaintext)
      await assert.rejects(envelope.rewrapFile(sealedPath, { kms: broken, to: keyId }), isClear)
    }
  }
})
