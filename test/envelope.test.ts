import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { decrypt, decryptFile, encrypt, encryptFile, envelopeFormats, rewrapFile } from '../src/sdk/envelope/index.ts'
import { TransferClient } from '../src/sdk/transfer-client.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

const plaintext = Buffer.from('日期,地区,金额\n2024-01-01,杭州,12345.67\n')
const encryptionContext = { table: 'sales', 区域: '杭州' }

describe('envelopes with the running service', () => {
  let server: TestServer
  let application: ApplicationSetup
  let keyId: string
  const clients = new Map<string, Client>()
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-envelope-'))
  const at = (name: string): string => join(folder, name)

  before(async () => {
    server = await startTestServer()
    application = await setUpApplication(server)
    const { admin, instanceId: dKMSInstanceId, public: publicOptions, instance } = application
    keyId = (await admin.createKey({ dKMSInstanceId })).keyMetadata.keyId
    await admin.createAlias({ keyId, aliasName: 'alias/work' })
    clients.set('the public gateway', admin)
    clients.set('the gateway of an instance', new Client({ instance }))
    clients.set('TransferClient', new TransferClient({ public: publicOptions, instance }))
  })
  after(async () => {
    for (const client of clients.values()) await client.close()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  test('what is encrypted over one gateway is decrypted over every other', async () => {
    for (const [writer, kms] of clients) {
      for (const context of [{}, encryptionContext]) {
        const { ciphertext } = await encrypt(plaintext, { kms, keyId, encryptionContext: context })
        for (const [reader, other] of clients) {
          const opened = await decrypt(ciphertext, { kms: other })
          assert.deepEqual(Buffer.from(opened.plaintext), plaintext, `${writer}, then ${reader}`)
        }
      }
    }
  })

  test('every format goes to a file and back', async () => {
    const { admin: kms } = application
    writeFileSync(at('sales.csv'), plaintext)
    for (const format of envelopeFormats) {
      const sealed = at(`${format}.cipher`)
      await encryptFile(at('sales.csv'), sealed, { kms, keyId: 'alias/work', format, encryptionContext })
      const { format: found } = await decryptFile(sealed, at(`decrypted-${format}`), { kms, encryptionContext })
      assert.equal(found, format)
      assert.deepEqual(readFileSync(at(`decrypted-${format}`)), plaintext)
    }
  })

  test('after rotation old files open, and rewrap moves them to the newest version', async () => {
    const { admin: kms } = application
    const { keyId: rotating } = (await kms.createKey({})).keyMetadata
    for (const format of envelopeFormats) {
      const sealed = at(`rotated-${format}`)
      const { keys } = await encryptFile(at('sales.csv'), sealed, { kms, keyId: rotating, format, encryptionContext })
      await kms.createKeyVersion({ keyId: rotating })
      const first = await decrypt(readFileSync(sealed), { kms, encryptionContext })
      assert.equal(first.key.keyVersionId, keys[0]?.keyVersionId)
      await rewrapFile(sealed, { kms, to: rotating, encryptionContext })
      const second = await decrypt(readFileSync(sealed), { kms, encryptionContext })
      assert.notEqual(second.key.keyVersionId, keys[0]?.keyVersionId)
      assert.deepEqual(Buffer.from(second.plaintext), plaintext)
    }
  })

  test('a key that is disabled or about to be deleted opens nothing until it is back', async () => {
    const { admin: kms } = application
    const { keyId: fragile } = (await kms.createKey({})).keyMetadata
    const { ciphertext } = await encrypt(plaintext, { kms, keyId: fragile })
    await kms.disableKey({ keyId: fragile })
    await assert.rejects(decrypt(ciphertext, { kms }), { code: 'KeyUnavailable', message: /Rejected\.Disabled/ })
    await kms.enableKey({ keyId: fragile })
    await kms.scheduleKeyDeletion({ keyId: fragile, pendingWindowInDays: 7 })
    await assert.rejects(decrypt(ciphertext, { kms }), { code: 'KeyUnavailable' })
    await kms.cancelKeyDeletion({ keyId: fragile })
    await kms.enableKey({ keyId: fragile }).catch(() => undefined)
    assert.deepEqual(Buffer.from((await decrypt(ciphertext, { kms })).plaintext), plaintext)
  })

  test('a context that was altered in a file is refused by the service or by the file', async () => {
    const { admin: kms } = application
    const { ciphertext } = await encrypt(plaintext, { kms, keyId, encryptionContext: { table: 'sales' } })
    const altered = Buffer.from(ciphertext)
    altered[altered.indexOf('sales')] = 'S'.charCodeAt(0)
    await assert.rejects(decrypt(altered, { kms }), { name: 'EnvelopeError' })
  })

  test('a service that is sealed is one clear error', async () => {
    const { admin: kms } = application
    const { ciphertext } = await encrypt(plaintext, { kms, keyId })
    await server.service.seal()
    await assert.rejects(decrypt(ciphertext, { kms }), { code: 'KeyUnavailable' })
    await server.unseal()
    assert.deepEqual(Buffer.from((await decrypt(ciphertext, { kms })).plaintext), plaintext)
  })
})
