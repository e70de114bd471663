import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createCipheriv, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { keySpecs } from '../src/crypto/algorithms.ts'
import { generateKeyMaterial } from '../src/crypto/key-material.ts'
import { encodePem } from '../src/crypto/pem.ts'
import { Client } from '../src/sdk/client.ts'
import { encryptLocally, SigningError, wrapKeyMaterial } from '../src/signing/index.ts'
import { folderWith, keyhaven, type Outcome } from './kit/cli.ts'
import { programFile } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let client: Client
let env: Readonly<Record<string, string>>
const cwd = folderWith()

before(async () => {
  server = await startTestServer()
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
  env = {
    KEYHAVEN_ENDPOINT: endpoint,
    KEYHAVEN_CA_FILE: caFile,
    KEYHAVEN_ACCESS_KEY_ID: accessKeyId,
    KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret,
  }
})
after(async () => {
  await client.close()
  await server.close()
})

const call = (words: string, stdin?: string): Promise<Outcome> =>
  keyhaven(words.split(' '), { cwd, env, ...(stdin === undefined ? {} : { stdin }) })
async function succeed(words: string, stdin?: string): Promise<string> {
  const { status, out, err } = await call(words, stdin)
  assert.equal(status, 0, `${words}: ${err}`)
  return out
}
async function refused(words: string, code: RegExp, output?: string): Promise<void> {
  const { status, out, err } = await call(words)
  assert.match(err, new RegExp(`^keyhaven: (?:${code.source}).*\\n$`), words)
  assert.notEqual(status, 0)
  assert.equal(out, '')
  if (output !== undefined) assert.ok(!existsSync(join(cwd, output)), output)
}
const bytesOf = (name: string): Buffer => readFileSync(join(cwd, name))
const write = (name: string, content: Uint8Array | string): void => writeFileSync(join(cwd, name), content)

type KeyRequest = NonNullable<Parameters<Client['createKey']>[0]>
const newKey = async (request: KeyRequest = {}): Promise<string> => (await client.createKey(request)).keyMetadata.keyId

describe('import', () => {
  for (const { spec, defaultUsage, kind } of keySpecs.values())
    test(`${spec}: from a file into a working key, wrapped with RSA and with SM2`, async () => {
      const material = await generateKeyMaterial(keySpecs.get(spec) ?? assert.fail())
      const isSecretText = kind === 'symmetric' || kind === 'hmac'
      write('material', isSecretText ? material : encodePem('PRIVATE KEY', material))
      for (const option of ['', ' --sm2']) {
        const keySpec = spec as NonNullable<KeyRequest['keySpec']>
        const keyId = await newKey({ keySpec, keyUsage: defaultUsage, origin: 'EXTERNAL' })
        assert.match(await succeed(`import material --key ${keyId}${option}`), /^State +Enabled$/m)
        if (kind === 'symmetric') {
          const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
          // material that is used as it is: 36 bytes of key version, 12 of IV, the text, a tag
          const [iv, sealed] = [ciphertextBlob.subarray(36, 48), ciphertextBlob.subarray(48, -16)]
          if (spec.startsWith('Aliyun_AES')) {
            const cipher = createCipheriv(`aes-${material.length * 8}-gcm` as 'aes-256-gcm', material, iv)
            assert.deepEqual(Buffer.from(sealed), cipher.update('hello'))
          }
        }
      }
    })

  test('hex and Base64, an expiry, standard input', async () => {
    const material = randomBytes(32)
    for (const form of ['hex', 'base64'] as const) {
      const keyId = await newKey({ origin: 'EXTERNAL' })
      const words = `import - --key ${keyId} --encoding ${form} --expires 2099-01-01T00:00:00Z`
      assert.match(await succeed(words, `${material.toString(form)}\n`), /^Expires +2099-01-01T00:00:00Z$/m)
    }
  })

  test('what cannot be is said in one line, without the material', async () => {
    const keyId = await newKey({ origin: 'EXTERNAL' })
    const secret = 'canary-canary-canary-canary-cana'
    write('long.bin', `${secret}${secret}`)
    await refused(`import long.bin --key ${keyId}`, /InvalidKeyMaterial: (?!.*canary)/)
    await refused(`import long.bin --key ${keyId} --encoding hex`, /badMaterial: (?!.*canary)/)
    await refused(`import long.bin --key ${keyId} --expires soon`, /badTime: /)
    await refused(`import long.bin --key ${await newKey()}`, /notExternal: /)
    const asymmetric = await newKey({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY', origin: 'EXTERNAL' })
    write('public.pem', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')
    await refused(`import public.pem --key ${asymmetric}`, /badMaterial: /)
    write('empty', '')
    await refused(`import empty --key ${keyId}`, /empty: /)
    assert.equal((await client.describeKey({ keyId })).keyMetadata.keyState, 'PendingImport')
  })
})

test('wrapping says what does not fit: material too long, a wrapping key of another kind', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const isRefusal = (parameter: string) => (error: unknown) =>
    error instanceof SigningError && error.parameter === parameter
  assert.throws(() => wrapKeyMaterial(spki, 'RSAES_OAEP_SHA_256', Buffer.alloc(191)), isRefusal('material'))
  assert.throws(() => wrapKeyMaterial(spki, 'SM2PKE', Buffer.alloc(32)), isRefusal('publicKey'))
  assert.throws(() => wrapKeyMaterial('AAAA', 'RSAES_OAEP_SHA_256', Buffer.alloc(32)), isRefusal('publicKey'))
})

describe('data-key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const opened = (text: string): Buffer =>
    privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, Buffer.from(text, 'base64'))
  write('their.pem', publicKey.export({ format: 'pem', type: 'spki' }))

  test('is generated with and without plaintext, and exported to a public key', async () => {
    const keyId = await newKey()
    await succeed(`data-key generate --key ${keyId} --plaintext dek --out dek.cipher --context a=b`)
    assert.equal(statSync(join(cwd, 'dek')).mode & 0o777, 0o600)
    assert.equal(bytesOf('dek').length, 32)
    const exported = await succeed('data-key export dek.cipher --public-key their.pem --context a=b')
    assert.deepEqual(opened(exported), bytesOf('dek'))
    await refused('data-key export dek.cipher --public-key their.pem --out n', /InvalidParameter: /, 'n')
    const sealed = await succeed(`data-key generate --key ${keyId} --bytes 16`)
    assert.equal(opened(await succeed('data-key export - --public-key their.pem', sealed)).length, 16)
  })

  test('both at once', async () => {
    const keyId = await newKey()
    await succeed(`data-key generate-and-export --key ${keyId} --public-key their.pem --exported e --out s.cipher`)
    const { plaintext } = await client.decrypt({
      ciphertextBlob: Buffer.from(bytesOf('s.cipher').toString(), 'base64'),
    })
    assert.deepEqual(Buffer.from(plaintext, 'base64'), opened(bytesOf('e').toString()))
    const again = `data-key generate-and-export --key ${keyId} --public-key their.pem --exported e`
    await refused(again, /fileExists: /)
    await refused(`data-key generate --key ${keyId} --bytes 2000`, /usage: /)
    await refused(`data-key export their.pem --public-key their.pem`, /notCiphertext: /)
  })
})

describe('re-encrypt', () => {
  const ciphertextsIn = async (folder: string, count: number): Promise<string> => {
    const keyId = await newKey()
    mkdirSync(join(cwd, folder, 'deeper'), { recursive: true })
    for (let index = 0; index < count; index++) {
      const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: `text ${index}` })
      const name = join(folder, index % 2 === 0 ? '' : 'deeper', `${index}.cipher`)
      write(name, Buffer.from(ciphertextBlob).toString('base64'))
    }
    return keyId
  }
  const openedBy = async (name: string) =>
    client.decrypt({ ciphertextBlob: Buffer.from(bytesOf(name).toString(), 'base64') })

  test('a folder is moved to another key in place; called again, nothing is left to do', async () => {
    await ciphertextsIn('batch', 6)
    write('batch/notes.txt', 'left alone')
    const to = await newKey()
    await client.createAlias({ aliasName: 'alias/destination', keyId: to })
    const shown = await succeed('re-encrypt batch --recursive --to alias/destination')
    assert.equal([...shown.matchAll(/^Re-encrypted /gm)].length, 6)
    for (const name of ['batch/0.cipher', 'batch/deeper/5.cipher']) {
      const { keyId, plaintext } = await openedBy(name)
      assert.deepEqual([keyId, plaintext], [to, `text ${/\d/.exec(name)}`])
    }
    const before = bytesOf('batch/0.cipher')
    assert.equal(
      [...(await succeed('re-encrypt batch --recursive --to alias/destination')).matchAll(/^Done already /gm)].length,
      6,
    )
    assert.deepEqual(bytesOf('batch/0.cipher'), before)
    await client.createKeyVersion({ keyId: to })
    assert.match(await succeed('re-encrypt batch/0.cipher --to alias/destination'), /^Re-encrypted /m)
    assert.deepEqual(readdirSync(join(cwd, 'batch')).toSorted(), [
      '0.cipher',
      '2.cipher',
      '4.cipher',
      'deeper',
      'notes.txt',
    ])
  })

  test('contexts change into another folder, which is gone on with', async () => {
    await ciphertextsIn('contexts', 3)
    const to = await newKey()
    const words = `re-encrypt contexts --recursive --to ${to} --to-context a=b --out moved`
    await refused(words.replace(' --out moved', ''), /usage: /)
    await succeed(words)
    const ciphertextBlob = Buffer.from(bytesOf('moved/0.cipher').toString(), 'base64')
    assert.equal((await client.decrypt({ ciphertextBlob, encryptionContext: { a: 'b' } })).plaintext, 'text 0')
    const { unlinkSync } = process.getBuiltinModule('node:fs')
    unlinkSync(join(cwd, 'moved/2.cipher'))
    const again = await succeed(words)
    assert.deepEqual([...again.matchAll(/^(Done already|Re-encrypted)/gm)].map(([word]) => word).toSorted(), [
      'Done already',
      'Done already',
      'Re-encrypted',
    ])
  })

  test('what a public key protects comes under a symmetric key: exported data keys, as text and as bytes', async () => {
    for (const keySpec of ['RSA_2048', 'EC_SM2'] as const) {
      const from = await newKey({ keySpec, keyUsage: 'ENCRYPT/DECRYPT' })
      const to = await newKey()
      write('from.pem', await succeed(`key public ${from}`))
      const { plaintext, ciphertextBlob } = await client.generateDataKey({ keyId: to })
      write('sealed', Buffer.from(ciphertextBlob).toString('base64'))
      write('exported', await succeed('data-key export sealed --public-key from.pem'))
      write('bare', encryptLocally(bytesOf('from.pem').toString(), plaintext))
      await succeed(`re-encrypt exported bare --to ${to} --from ${from}`)
      for (const name of ['exported', 'bare']) {
        const { keyId, plaintext: text } = await openedBy(name)
        assert.deepEqual([keyId, text], [to, Buffer.from(plaintext).toString('base64')])
      }
      assert.match(await succeed(`re-encrypt exported --to ${to} --from ${from}`), /^Done already /m)
    }
  })

  test('one that fails is named, the others are done, and its file stays as it was', async () => {
    await ciphertextsIn('mixed', 2)
    write('mixed/9.cipher', 'no Base64!')
    const to = await newKey()
    const { status, err } = await call(`re-encrypt mixed --recursive --to ${to}`)
    assert.equal(status, 1)
    assert.match(err, /^keyhaven: mixed\/9\.cipher: notCiphertext: /)
    assert.match(err, /someFailed: 1 of 3 files failed/)
    assert.equal(bytesOf('mixed/9.cipher').toString(), 'no Base64!')
    assert.equal((await openedBy('mixed/0.cipher')).keyId, to)
    const asymmetric = await newKey({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })
    await refused(`re-encrypt mixed/0.cipher --to ${asymmetric}`, /wrongKey: /)
  })
})

test('Ctrl-C in the middle of many leaves each whole; called again, the rest is done', async () => {
  const keyId = await newKey()
  const to = await newKey()
  mkdirSync(join(cwd, 'many'))
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'text' })
  const names = Array.from({ length: 150 }, (_, index) => `${index}.cipher`)
  for (const name of names) write(`many/${name}`, Buffer.from(ciphertextBlob).toString('base64'))
  const words = ['re-encrypt', 'many', '--recursive', '--to', to]
  const child = spawn(process.execPath, [programFile, ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  })
  const ended = once(child, 'close')
  child.stdout.once('data', () => child.kill('SIGINT'))
  assert.deepEqual(await ended, [null, 'SIGINT'])
  const keysOf = async (all: readonly string[]): Promise<Set<string>> => {
    const found = new Set<string>()
    for (const name of all) {
      const blob = Buffer.from(bytesOf(`many/${name}`).toString(), 'base64')
      found.add((await client.decrypt({ ciphertextBlob: blob })).keyId)
    }
    return found
  }
  const found = await keysOf(names)
  assert.ok(found.has(to) && [...found].every((id) => id === to || id === keyId))
  assert.deepEqual(readdirSync(join(cwd, 'many')).toSorted(), names.toSorted())
  const shown = await succeed(words.join(' '))
  assert.match(shown, /^Done already /m)
  assert.deepEqual(await keysOf(names), new Set([to]))
})
