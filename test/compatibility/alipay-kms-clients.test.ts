import assert from 'node:assert/strict'
import { createHash, createHmac, randomUUID, verify } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Client } from '../../src/sdk/index.ts'
import { digestFor, isSignatureOf, readPublicKey } from '../../src/signing/index.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

/*
 * Alipay's Java libraries (EasySDK, and alipay-sdk-java with AliyunKMSAlipayClient) have small KMS clients of their own:
 * everything is in the query string, whatever the method, and there is no body. EasySDK writes the format in lower case.
 */
interface Shape {
  readonly name: string
  readonly format: 'json' | 'JSON'
  /** of GetPublicKey; signatures are asked for by POST */
  readonly method: 'GET' | 'POST'
}
const shapes: readonly Shape[] = [
  { name: 'EasySDK', format: 'json', method: 'POST' },
  { name: 'alipay-sdk-java', format: 'JSON', method: 'GET' },
]

let server: TestServer
let admin: Client
before(async () => {
  server = await startTestServer()
  admin = new Client(server)
})
after(async () => {
  await admin.close()
  await server.close()
})

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

async function call(
  format: Shape['format'],
  method: 'GET' | 'POST',
  own: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const parameters: Readonly<Record<string, string>> = {
    ...{ Version: '2016-01-20', Format: format, AccessKeyId: server.accessKeyId, RegionId: server.regionId },
    ...{ SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0', SignatureNonce: randomUUID() },
    Timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    ...own,
  }
  const names = Object.keys(parameters).toSorted((a, b) => (a < b ? -1 : 1))
  const query = names.map((name) => `${encoded(name)}=${encoded(parameters[name] ?? '')}`).join('&')
  const signed = `${method}&${encoded('/')}&${encoded(query)}`
  const signature = createHmac('sha1', `${server.accessKeySecret}&`).update(signed).digest('base64')
  const response = await fetch(`${server.httpEndpoint}/?${query}&Signature=${encoded(signature)}`, { method })
  const body = (await response.json()) as Record<string, string>
  assert.equal(response.status, 200, JSON.stringify(body))
  assert.match(response.headers.get('content-type') ?? '', /json/)
  return body
}

for (const { name, format, method } of shapes) {
  test(`${name}: RSA2 is RSA_PKCS1_SHA_256 over the digest of the request`, async () => {
    const { keyMetadata } = await admin.createKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })
    const key = { KeyId: keyMetadata.keyId, KeyVersionId: await versionOf(keyMetadata.keyId) }
    const text = 'app_id=2021000000000001&biz_content={"describe":"二维码描述"}&sign_type=RSA2'
    const digest = createHash('sha256').update(text).digest('base64')
    const { Value = '' } = await call(format, 'POST', {
      ...{ Action: 'AsymmetricSign', ...key },
      ...{ Algorithm: 'RSA_PKCS1_SHA_256', Digest: digest },
    })
    const { PublicKey = '' } = await call(format, method, { Action: 'GetPublicKey', ...key })
    assert.ok(verify('sha256', Buffer.from(text), PublicKey, Buffer.from(Value, 'base64')))
  })

  test(`${name}: SM2 is SM2DSA over a digest that has taken in the public key`, async () => {
    const { keyMetadata } = await admin.createKey({ keySpec: 'EC_SM2', keyUsage: 'SIGN/VERIFY' })
    const key = { KeyId: keyMetadata.keyId, KeyVersionId: await versionOf(keyMetadata.keyId) }
    const { PublicKey = '' } = await call(format, method, { Action: 'GetPublicKey', ...key })
    const publicKey = readPublicKey(PublicKey) ?? assert.fail()
    const digest = digestFor(publicKey, Buffer.from('app_id=1&sign_type=SM2'))
    const { Value = '' } = await call(format, 'POST', {
      ...{ Action: 'AsymmetricSign', ...key },
      ...{ Algorithm: 'SM2DSA', Digest: Buffer.from(digest).toString('base64') },
    })
    assert.ok(isSignatureOf(publicKey, 'SM2DSA', digest, Buffer.from(Value, 'base64')))
  })
}

async function versionOf(keyId: string): Promise<string> {
  const { keyVersions } = await admin.listKeyVersions({ keyId })
  return keyVersions?.keyVersion?.[0]?.keyVersionId ?? assert.fail()
}
