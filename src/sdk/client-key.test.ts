import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { readClientKey } from './client-key.ts'
import { ClientError } from './errors.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/instance-gateway/instance-gateway.json', import.meta.url), 'utf8'),
)
const { fileContent: clientKeyContent, password, keyId, privateKeyPkcs8Pem } = vectors.clientKey
const folder = mkdtempSync(join(tmpdir(), 'client-key-'))
after(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const pemOf = (key: ReturnType<typeof readClientKey>): unknown =>
  key.privateKey.export({ type: 'pkcs8', format: 'pem' })

describe('a ClientKey is read', () => {
  test('from content, file, PEM of either kind, and as it is', () => {
    const clientKeyFile = file('clientKey.json', clientKeyContent)
    const fromContent = readClientKey({ clientKeyContent, password })
    const pkcs1 = String(fromContent.privateKey.export({ type: 'pkcs1', format: 'pem' }))
    for (const key of [
      fromContent,
      readClientKey({ clientKeyFile, password }),
      readClientKey({ clientKeyId: keyId, privateKey: privateKeyPkcs8Pem }),
      readClientKey({ clientKeyId: keyId, privateKey: pkcs1 }),
      readClientKey({ clientKey: fromContent }),
    ]) {
      assert.equal(key.id, keyId)
      assert.equal(pemOf(key), privateKeyPkcs8Pem)
    }
  })

  test('with the password of a file, without the white space at its end', () => {
    const passwordFile = file('password', `${password} \r\n\n`)
    assert.equal(pemOf(readClientKey({ clientKeyContent, passwordFile })), privateKeyPkcs8Pem)
    const indented = file('indented', ` ${password}`)
    assert.throws(() => readClientKey({ clientKeyContent, passwordFile: indented }), { parameter: 'password' })
  })

  test('whatever other members the file has', () => {
    const content = JSON.stringify({ ...JSON.parse(clientKeyContent), NotAfter: '2031-01-01T00:00:00Z', New: [1] })
    assert.equal(readClientKey({ clientKeyContent: content, password }).id, keyId)
  })

  test('with a MAC by any SHA-2, as other tools write it', { skip: opensslMissing }, () => {
    for (const hash of ['sha224', 'sha256', 'sha384', 'sha512']) {
      const made = openssl(
        ['pkcs12', '-export', '-nocerts', '-inkey', 'key.pem', '-passout', `pass:${password}`, '-macalg', hash],
        { 'key.pem': privateKeyPkcs8Pem },
      )
      const content = JSON.stringify({ KeyId: keyId, PrivateKeyData: made.toString('base64') })
      assert.equal(pemOf(readClientKey({ clientKeyContent: content, password })), privateKeyPkcs8Pem, hash)
      assert.throws(() => readClientKey({ clientKeyContent: content, password: 'wrong' }), { parameter: 'password' })
    }
  })

  test('or refused with the reason, when it is made by an algorithm that nobody reads', () => {
    const { KeyId, PrivateKeyData } = JSON.parse(clientKeyContent)
    const made = Buffer.from(PrivateKeyData, 'base64')
    made.write('2b0e03021b', made.lastIndexOf(Buffer.from('2b0e03021a', 'hex')), 'hex')
    const content = JSON.stringify({ KeyId, PrivateKeyData: made.toString('base64') })
    assert.throws(() => readClientKey({ clientKeyContent: content, password }), {
      name: 'ClientError',
      parameter: 'clientKeyContent',
      message: /cannot be read\. The PKCS #12 file uses an algorithm that is not supported\.$/,
    })
  })

  test('in every form of PKCS #12 that occurs, officially issued ones included', () => {
    assert.ok(vectors.clientKeyVariants.length > 0)
    for (const { name, privateKeyData } of vectors.clientKeyVariants) {
      const content = JSON.stringify({ KeyId: keyId, PrivateKeyData: privateKeyData })
      assert.equal(pemOf(readClientKey({ clientKeyContent: content, password })), privateKeyPkcs8Pem, name)
    }
  })

  test('and the first source that is given counts', () => {
    const options = { clientKeyContent, password, clientKeyFile: '/nowhere', clientKeyId: 'other', privateKey: 'x' }
    assert.equal(readClientKey(options).id, keyId)
  })
})

describe('one clear error', () => {
  const failures: [string, Parameters<typeof readClientKey>[0], object][] = [
    ['a wrong password', { clientKeyContent, password: 'wrong' }, { code: 'credentials', parameter: 'password' }],
    ['an empty password', { clientKeyContent, password: '' }, { code: 'credentials', parameter: 'password' }],
    ['no password', { clientKeyContent }, { code: 'configuration', parameter: 'password' }],
    ['nothing at all', {}, { code: 'configuration', parameter: 'clientKeyFile' }],
    ['an id without a key', { clientKeyId: keyId }, { code: 'configuration', parameter: 'privateKey' }],
    ['a key without an id', { privateKey: privateKeyPkcs8Pem }, { code: 'configuration', parameter: 'clientKeyId' }],
    ['no such file', { clientKeyFile: '/nowhere/k', password }, { code: 'credentials', parameter: 'clientKeyFile' }],
    ['no such password file', { clientKeyContent, passwordFile: '/no' }, { parameter: 'passwordFile' }],
    ['a PEM that is none', { clientKeyId: keyId, privateKey: 'x' }, { code: 'credentials', parameter: 'privateKey' }],
    ...[
      '',
      'null',
      '[]',
      '"x"',
      '{',
      '{"KeyId":"k"}',
      '{"KeyId":"k","PrivateKeyData":"%"}',
      '{"KeyId":"","PrivateKeyData":""}',
    ].map((content): [string, Parameters<typeof readClientKey>[0], object] => [
      `the content ${content}`,
      { clientKeyContent: content, password },
      { code: 'credentials', parameter: 'clientKeyContent' },
    ]),
    [
      'a file that is no PKCS #12',
      { clientKeyContent: '{"KeyId":"k","PrivateKeyData":"AQID"}', password },
      { code: 'credentials', parameter: 'clientKeyContent' },
    ],
  ]
  for (const [what, options, expected] of failures)
    test(`says what is wrong with ${what}`, () => {
      assert.throws(() => readClientKey(options), { name: 'ClientError', ...expected })
    })

  test('names a key that is not RSA', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    assert.throws(() => readClientKey({ clientKeyId: 'k', privateKey: pem }), { message: /RSA/ })
  })
})

test('neither errors nor the key itself show a secret when printed', () => {
  const canary = 'canary-7f3a'
  for (const options of [
    { clientKeyContent, password: canary },
    { clientKeyContent: `{"KeyId":"k","PrivateKeyData":"${canary}`, password: canary },
    { clientKeyId: 'k', privateKey: `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----` },
  ])
    assert.throws(
      () => readClientKey(options),
      (error) => error instanceof ClientError && !inspect(error, { depth: 9 }).includes(canary),
    )
  assert.ok(!/[A-Za-z0-9+/]{60}/.test(inspect(readClientKey({ clientKeyContent, password }), { depth: 9 })))
})
