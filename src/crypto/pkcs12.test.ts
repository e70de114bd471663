import assert from 'node:assert/strict'
import { createPrivateKey, hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createSecureContext } from 'node:tls'
import fc from 'fast-check'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { expectTally, hex, number, outcome, runWycheproof } from '../../test/kit/wycheproof.ts'
import { DerReader, derTag, encodeDer } from './der.ts'
import { decryptWithPassword, encodeCount, encodeOid } from './pbe.ts'
import { readPkcs12, writePkcs12 } from './pkcs12.ts'
import { Pkcs12Error, type Pkcs12Reason } from './pkcs12-error.ts'
import { oid } from './pkcs12-oids.ts'
import { decryptRc2Cbc } from './rc2.ts'

interface ClientKeyVectors {
  readonly clientKey: {
    readonly password: string
    readonly fileContent: string
    readonly privateKeyPkcs8Pem: string
    readonly certificatePem: string
  }
  readonly variants: readonly { readonly name: string; readonly privateKeyData: string }[]
}
const url = new URL('../../test/vectors/client-key/client-key.json', import.meta.url)
const { clientKey, variants } = JSON.parse(readFileSync(url, 'utf8')) as ClientKeyVectors
const { password } = clientKey
const certificate = new X509Certificate(clientKey.certificatePem).raw
const privateKey = createPrivateKey(clientKey.privateKeyPkcs8Pem).export({ format: 'der', type: 'pkcs8' })
const issued = Buffer.from((JSON.parse(clientKey.fileContent) as { PrivateKeyData: string }).PrivateKeyData, 'base64')

const failsWith =
  (reason: Pkcs12Reason) =>
  (error: unknown): true => {
    assert.ok(error instanceof Pkcs12Error)
    assert.equal(error.reason, reason)
    return true
  }

test('the vectors hold all the shapes', () => assert.equal(variants.length, 5))

for (const { name, privateKeyData } of [
  { name: 'ClientKey', privateKeyData: issued.toString('base64') },
  ...variants,
]) {
  const file = Buffer.from(privateKeyData, 'base64')

  test(`reads key and certificate: ${name}`, () => {
    const contents = readPkcs12(file, password)
    assert.deepEqual(Buffer.from(contents.privateKey), privateKey)
    const expected = name.startsWith('key bag only') ? [] : [certificate]
    assert.deepEqual(
      contents.certificates.map((each) => Buffer.from(each)),
      expected,
    )
  })

  test(`a wrong password is told from a broken file: ${name}`, () => {
    for (const wrong of ['', 'wrong', `${password} `]) {
      assert.throws(() => readPkcs12(file, wrong), failsWith('wrong-password'))
    }
    assert.throws(() => readPkcs12(file.subarray(0, 100), password), failsWith('malformed'))
  })
}

test('a file cut or altered anywhere gives a Pkcs12Error and never a key', () => {
  for (let length = 0; length < issued.length; length += 97) {
    assert.throws(() => readPkcs12(issued.subarray(0, length), password), Pkcs12Error)
  }
  for (let at = 0; at < issued.length; at += 61) {
    const altered = Buffer.from(issued)
    altered[at] = (altered[at] ?? 0) ^ 0x55
    assert.throws(() => readPkcs12(altered, password), Pkcs12Error)
  }
})

test('bytes that are no PKCS #12 file give a Pkcs12Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => readPkcs12(bytes, password), Pkcs12Error)
      assert.throws(() => readPkcs12(encodeDer(derTag.sequence, bytes), password), Pkcs12Error)
    }),
    { numRuns: 500 },
  )
})

test('what is written reads back, also under a password that is not ASCII', () => {
  for (const each of [password, '密码-ключ-🔑']) {
    const contents = readPkcs12(writePkcs12({ privateKey, certificate }, each), each)
    assert.deepEqual(Buffer.from(contents.privateKey), privateKey)
    assert.deepEqual(
      contents.certificates.map((each) => Buffer.from(each)),
      [certificate],
    )
  }
})

test('a written file has the shape of an issued one: same length, certificate safe first, localKeyID on the key', () => {
  const file = Buffer.from(writePkcs12({ privateKey, certificate }, password))
  assert.equal(file.length, issued.length)
  const safeTypes = [oid.encryptedData, oid.shroudedKeyBag].map((type) => file.indexOf(type, 'hex'))
  assert.ok((safeTypes[0] ?? -1) > 0 && (safeTypes[0] ?? 0) < (safeTypes[1] ?? 0))
  assert.ok(file.includes(encodeDer(derTag.octetString, hash('sha1', certificate, 'buffer'))))
})

test('two written files share neither salt nor ciphertext', () => {
  const [one, two] = [0, 1].map(() => Buffer.from(writePkcs12({ privateKey, certificate }, password)))
  assert.notDeepEqual(one, two)
})

test('Node loads a written file for TLS', () => {
  createSecureContext({ pfx: Buffer.from(writePkcs12({ privateKey, certificate }, password)), passphrase: password })
})

test('OpenSSL reads a written file, and we read its modern and its legacy ones', { skip: opensslMissing }, () => {
  const files = {
    'ours.p12': writePkcs12({ privateKey, certificate }, password),
    'key.pem': clientKey.privateKeyPkcs8Pem,
    'certificate.pem': clientKey.certificatePem,
  }
  const theirView = openssl(
    ['pkcs12', '-in', 'ours.p12', '-passin', `pass:${password}`, '-nodes', '-legacy'],
    files,
  ).toString()
  assert.ok(theirView.includes(clientKey.privateKeyPkcs8Pem) && theirView.includes(clientKey.certificatePem.trim()))
  const encryptions = [
    [],
    ['-legacy'],
    ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-192-CBC'],
    ['-nomac'],
    ...['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((hash) => ['-macalg', hash]),
    ['-keypbe', 'NONE', '-certpbe', 'NONE'],
  ]
  for (const options of encryptions) {
    const args = ['-export', '-inkey', 'key.pem', '-in', 'certificate.pem', '-passout', `pass:${password}`, ...options]
    const contents = readPkcs12(openssl(['pkcs12', ...args], files), password)
    assert.deepEqual(
      createPrivateKey({ key: Buffer.from(contents.privateKey), format: 'der', type: 'pkcs8' }).export({
        format: 'der',
        type: 'pkcs8',
      }),
      privateKey,
    )
    assert.deepEqual(
      contents.certificates.map((each) => Buffer.from(each)),
      [certificate],
    )
  }
})

test('PBES2 with PBKDF2-HMAC-SHA-1 and AES-256 gives the Wycheproof answers', async () => {
  const tally = await runWycheproof('pbes2_hmacsha1_aes_256', (_group, vector) => {
    const passwordBytes = hex(vector, 'password')
    if (!Buffer.from(passwordBytes.toString('utf8'), 'utf8').equals(passwordBytes)) return 'not applicable'
    const salt = encodeDer(derTag.octetString, hex(vector, 'salt'))
    const kdf = encodeDer(derTag.sequence, salt, encodeCount(number(vector, 'iterationCount')))
    const derivation = encodeDer(derTag.sequence, encodeOid(oid.pbkdf2), kdf)
    const iv = encodeDer(derTag.octetString, hex(vector, 'iv'))
    const cipher = encodeDer(derTag.sequence, encodeOid(oid.aes256Cbc), iv)
    const parameters = encodeDer(derTag.sequence, derivation, cipher)
    const algorithm = new DerReader(Buffer.concat([encodeOid(oid.pbes2), parameters]))
    const plaintext = decryptWithPassword(algorithm, passwordBytes.toString('utf8'), hex(vector, 'ct'))
    return outcome(Buffer.compare(plaintext, hex(vector, 'msg')) === 0)
  })
  expectTally(tally, { valid: 63, notApplicable: 21 })
})

// RFC 2268 §5 gives single blocks; here each is the last of a CBC message, checked with OpenSSL's legacy provider.
test('RC2 with 40 effective bits decrypts what OpenSSL encrypted', { skip: opensslMissing }, () => {
  const [key, iv] = [Buffer.from('0123456789', 'hex'), Buffer.from('0011223344556677', 'hex')]
  for (const length of [0, 7, 8, 30]) {
    const plaintext = Buffer.alloc(length, 0x61)
    const args = ['-provider', 'legacy', '-provider', 'default', '-K', key.toString('hex'), '-iv', iv.toString('hex')]
    const ciphertext = openssl(['enc', '-rc2-40-cbc', '-in', 'plaintext', ...args], { plaintext })
    assert.deepEqual(Buffer.from(decryptRc2Cbc(key, 40, iv, ciphertext)), plaintext)
  }
})
