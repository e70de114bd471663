import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { type Run, runnerOf } from '../../../test/kit/cipher-modes.ts'
import { importMaterial } from '../../../test/kit/import.ts'
import { type TestKmsOptions, testKms } from '../../../test/kit/kms.ts'
import { DeleteKeyMaterial } from '../../api/key-material.ts'
import { CreateKey } from '../../api/keys.ts'
import { encryptBlocks, sealGcm } from '../../crypto/block-cipher.ts'
import type { KeyMode } from '../../crypto/mode-key.ts'
import { deleteKeyMaterial } from '../key-material/delete-key-material.ts'
import { createKey } from '../keys/create-key.ts'
import { keyVersions } from '../keys/key.ts'
import type { Kms } from '../kms.ts'

const material = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
const local = { cipher: 'aes-256', secret: createSecretKey(material) } as const
const plaintext = Buffer.from('sixteen bytes, 2'.repeat(2))

async function importedKey(options: TestKmsOptions = {}) {
  const { kms, ...rest } = await testKms({ ...options, settings: { allowEcb: true, ...options.settings } })
  const as = actor(kms)
  const { keyMetadata } = await as(CreateKey, createKey, { origin: 'EXTERNAL' })
  await importMaterial(as, keyMetadata.keyId, material)
  return { kms, as, ...rest, keyId: keyMetadata.keyId, run: runnerOf(kms) }
}

const requests: Readonly<Record<KeyMode, { algorithm: string; iv?: Uint8Array }>> = {
  GCM: { algorithm: 'AES_GCM' },
  GCM_GIVEN_IV: { algorithm: 'AES_GCM', iv: Buffer.alloc(12, 1) },
  CBC: { algorithm: 'AES_CBC' },
  CTR: { algorithm: 'AES_CTR' },
  ECB: { algorithm: 'AES_ECB' },
}
const modes = Object.keys(requests) as KeyMode[]
const encrypt = (run: Run, keyId: string, mode: KeyMode) =>
  run('instance AdvanceEncrypt', { keyId, plaintext, ...requests[mode] })
const modeOf = async (kms: Kms) =>
  (await kms.records.list(keyVersions, {}, { offset: 0, limit: 1 })).items[0]?.body.modes

for (const mode of modes) {
  test(`imported material that encrypts by ${mode} first encrypts by nothing else, and opens nothing else`, async () => {
    const { kms, run, keyId } = await importedKey()
    const { ciphertextBlob } = await encrypt(run, keyId, mode)
    assert.equal(await modeOf(kms), mode)
    for (const other of modes.filter((name) => name !== mode)) {
      assert.equal(await answerOf(encrypt(run, keyId, other)), 'InvalidParameter')
      const { algorithm } = requests[other]
      if (algorithm === requests[mode].algorithm) continue
      const opening = { keyId, ciphertextBlob: Buffer.alloc(32), algorithm, iv: Buffer.alloc(other === 'ECB' ? 0 : 16) }
      assert.equal(await answerOf(run('instance Decrypt', opening)), 'InvalidParameter')
    }
    const opened = await run('instance AdvanceDecrypt', { ciphertextBlob })
    assert.deepEqual(Buffer.from(opened.plaintext), plaintext)
    assert.equal(await answerOf(encrypt(run, keyId, mode)), 'ok')
  })
}

test('what a program encrypted with the material itself opens, which makes its mode the one of the key', async () => {
  const iv = Buffer.alloc(16, 9)
  const cbc = encryptBlocks(local, { mode: 'cbc', iv, padding: 'PKCS7_PADDING' }, plaintext)
  const gcm = sealGcm(local, iv.subarray(0, 12), plaintext, Buffer.from('aad'))
  for (const [mode, ciphertextBlob, more] of [
    ['CBC', cbc, { iv, algorithm: 'AES_CBC' }],
    ['GCM', gcm, { iv: iv.subarray(0, 12), aad: Buffer.from('aad') }],
  ] as const) {
    const { kms, run, keyId } = await importedKey()
    const opened = await run('instance Decrypt', { keyId, ciphertextBlob, ...more })
    assert.deepEqual(Buffer.from(opened.plaintext), plaintext)
    assert.equal(await modeOf(kms), mode)
  }
})

test('what does not open decides nothing', async () => {
  const { kms, run, keyId } = await importedKey()
  const opening = { keyId, ciphertextBlob: Buffer.alloc(32), iv: Buffer.alloc(12) }
  assert.equal(await answerOf(run('instance Decrypt', opening)), 'InvalidParameter')
  assert.equal(await modeOf(kms), undefined)
})

test('decrypting by CTR, which opens GCM without its tag, has to be named by the operator', async () => {
  const iv = Buffer.alloc(16, 9)
  const ciphertextBlob = encryptBlocks(local, { mode: 'ctr', iv, padding: 'NO_PADDING' }, plaintext)
  const opening = { ciphertextBlob, iv, algorithm: 'AES_CTR' }
  const first = await importedKey()
  assert.equal(await answerOf(first.run('instance Decrypt', { keyId: first.keyId, ...opening })), 'InvalidParameter')
  assert.equal(await modeOf(first.kms), undefined)
  const named = await importedKey({ settings: { rawKeyModes: new Map([['*', 'CTR']]) } })
  const opened = await named.run('instance Decrypt', { keyId: named.keyId, ...opening })
  assert.deepEqual(Buffer.from(opened.plaintext), plaintext)
})

test('who may only encrypt gets GCM under an IV made here, and cannot choose another mode', async () => {
  const { kms, keyId } = await importedKey()
  const encrypting = runnerOf(kms, userCaller(kms, [{ Action: ['kms:Encrypt', 'kms:AdvanceEncrypt'], Resource: '*' }]))
  for (const mode of modes.filter((name) => name !== 'GCM'))
    assert.equal(await answerOf(encrypt(encrypting, keyId, mode)), 'Forbidden.NoPermission', mode)
  assert.equal(await modeOf(kms), undefined)
  assert.equal(await answerOf(encrypt(encrypting, keyId, 'GCM')), 'ok')
})

test('the settings name a mode: for keys that have none yet, or for one key whatever it has', async () => {
  const all = await importedKey({ settings: { rawKeyModes: new Map([['*', 'CBC']]) } })
  assert.equal(await answerOf(encrypt(all.run, all.keyId, 'GCM')), 'InvalidParameter')
  assert.equal(await answerOf(encrypt(all.run, all.keyId, 'CBC')), 'ok')

  const { store, kms, run, keyId } = await importedKey({ rootKey: Buffer.alloc(32, 5) })
  await encrypt(run, keyId, 'GCM')
  const again = (rawKeyModes: ReadonlyMap<string, KeyMode>) =>
    testKms({ store, rootKey: Buffer.alloc(32, 5), settings: { rawKeyModes } })
  const others = await again(new Map([['*', 'CBC']]))
  assert.equal(await answerOf(encrypt(runnerOf(others.kms), keyId, 'CBC')), 'InvalidParameter')
  const mended = await again(new Map([[keyId, 'CBC']]))
  assert.equal(await answerOf(encrypt(runnerOf(mended.kms), keyId, 'GCM')), 'InvalidParameter')
  assert.equal(await answerOf(encrypt(runnerOf(mended.kms), keyId, 'CBC')), 'ok')
  assert.equal(await modeOf(kms), 'CBC')
})

test('first uses on several servers at once agree on one mode', async () => {
  for (let round = 0; round < 5; round++) {
    const rootKey = Buffer.alloc(32, 6)
    const { store, keyId, kms } = await importedKey({ rootKey })
    const servers = await Promise.all(
      modes.map(() => testKms({ store, rootKey, cachedMs: 500, settings: { allowEcb: true } })),
    )
    const [version] = (await kms.records.list(keyVersions, {}, { offset: 0, limit: 1 })).items
    // Each server has the version in memory as nobody has used it yet.
    for (const server of servers) await server.kms.records.get(keyVersions, version?.id ?? '')
    const answers = await Promise.all(
      modes.map((mode, at) => answerOf(encrypt(runnerOf(servers.at(at)?.kms ?? kms), keyId, mode))),
    )
    assert.deepEqual(answers.toSorted(), [
      'InvalidParameter',
      'InvalidParameter',
      'InvalidParameter',
      'InvalidParameter',
      'ok',
    ])
    assert.equal(await modeOf(kms), modes[answers.indexOf('ok')])
  }
})

test('the mode outlives the material', async () => {
  const { as, run, keyId } = await importedKey()
  await encrypt(run, keyId, 'CBC')
  await as(DeleteKeyMaterial, deleteKeyMaterial, { keyId })
  await importMaterial(as, keyId, material)
  assert.equal(await answerOf(encrypt(run, keyId, 'GCM')), 'InvalidParameter')
  assert.equal(await answerOf(encrypt(run, keyId, 'CBC')), 'ok')
})

test('a key made here has every mode at once, each counted by itself', async () => {
  const limits = { keys: 9, aliases: 9, secrets: 9, keyVersions: 9, encryptionsPerVersion: 2 }
  const { kms } = await testKms({ settings: { allowEcb: true, limits } })
  const { keyMetadata } = await actor(kms)(CreateKey, createKey, {})
  const used = new Set<string>()
  for (const mode of [...modes, ...modes]) {
    used.add((await encrypt(runnerOf(kms), keyMetadata.keyId, mode)).keyVersionId)
  }
  assert.equal(used.size, 1)
  assert.notEqual((await encrypt(runnerOf(kms), keyMetadata.keyId, 'CBC')).keyVersionId, [...used][0])
})
