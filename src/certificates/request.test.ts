import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { newSigner, sm2Options } from '../../test/kit/signers.ts'
import { readPublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { signerOf } from '../crypto/signer.ts'
import { parseAlternativeName } from './alternative-name.ts'
import { CertificateError } from './certificate-error.ts'
import { formatName, parseName } from './name.ts'
import { buildRequest, readRequest } from './request.ts'

const kinds: readonly (readonly [string, SignatureAlgorithm, string])[] = [
  ['RSA_2048', 'RSA_PKCS1_SHA_256', 'sha256WithRSAEncryption'],
  ['RSA_2048', 'RSA_PSS_SHA_256', 'rsassaPss'],
  ['EC_P256', 'ECDSA_SHA_256', 'ecdsa-with-SHA256'],
  ['EC_P256K', 'ECDSA_SHA_256', 'ecdsa-with-SHA256'],
  ['EC_SM2', 'SM2DSA', 'SM2-with-SM3'],
]
const subject = 'CN=测试 \\, 证书,OU=KMS+L=杭州,O=Example,C=CN'
const alternativeNames = ['test.com', '*.test.cn', '10.0.0.1', '2001:db8::1', 'a@test.com', 'https://test.com/'].map(
  parseAlternativeName,
)
const contents = {
  subject: parseName(subject),
  extensions: {
    alternativeNames,
    keyUsage: ['digitalSignature', 'nonRepudiation'] as const,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
  },
}

for (const [spec, algorithm, name] of kinds) {
  test(`a request of ${spec} with ${algorithm} says what it was given, and no bit of it may change`, async () => {
    const signer = await newSigner(spec, algorithm)
    const request = readRequest(await buildRequest(signer, contents))
    assert.equal(formatName(request.subject), subject)
    assert.deepEqual(request.publicKey.spki, signer.publicKey.spki)
    assert.equal(request.signatureAlgorithm, name)
    assert.deepEqual(
      { ...request.extensions, unknownCritical: undefined },
      { ...contents.extensions, unknownCritical: undefined },
    )
    for (let at = 0; at < request.der.length; at += 7) {
      const changed = Uint8Array.from(request.der)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.throws(() => readRequest(changed), CertificateError, `byte ${at}`)
    }
  })

  test(`openssl verifies a request of ${spec} with ${algorithm}`, { skip: opensslMissing }, async () => {
    const pem = await buildRequest(await newSigner(spec, algorithm), contents)
    const args = ['req', '-verify', '-in', 'a.csr', '-noout', '-text', '-nameopt', 'RFC2253,-esc_msb,utf8']
    const text = openssl([...args, ...(spec === 'EC_SM2' ? sm2Options : [])], { 'a.csr': pem }).toString()
    assert.match(text, /Subject: C=CN,O=Example,L=杭州\+OU=KMS,CN=测试 \\, 证书/)
    assert.match(
      text,
      /DNS:test.com, DNS:\*.test.cn, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@test.com, URI:https:\/\/test.com\//,
    )
    assert.match(text, /Key Usage: critical\s+Digital Signature, Non Repudiation\n/)
    assert.match(text, /Extended Key Usage: \s*E-mail Protection/)
  })
}

// GM/T 0003.5-2012, annex A: the key; the request is one that Bouncy Castle builds from these, with a fixed k.
const spki =
  '3059301306072a8648ce3d020106082a811ccf5501822d0342000409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
const expected =
  '3082013d3081e4020100305c3114301206035504030c0b6578616d706c652e636f6d310b300906035504061302434e310b300906035504080c027a6a310b300906035504070c02687a310f300d060355040a0c06616c6979756e310c300a060355040b0c034b4d533059301306072a8648ce3d020106082a811ccf5501822d0342000409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13a026302406092a864886f70d01090e3117301530130603551d11040c300a8208746573742e636f6d300a06082a811ccf550183750348003045022100c8de210cba91f343d76aa90fbea84dd007f62d6310f26a4a5d25381f2265a812022005e6874ef601861bbfac15242da00ff9c2d099c29c992aa13871571b239943c7'
const signature =
  '3045022100c8de210cba91f343d76aa90fbea84dd007f62d6310f26a4a5d25381f2265a812022005e6874ef601861bbfac15242da00ff9c2d099c29c992aa13871571b239943c7'

test('an SM2 request is, byte for byte, the one that Bouncy Castle makes', async () => {
  const publicKey = readPublicKey(Buffer.from(spki, 'hex')) ?? assert.fail()
  const seen: string[] = []
  const signer = signerOf(publicKey, 'SM2DSA', async (digest) => {
    seen.push(Buffer.from(digest).toString('hex'))
    return Buffer.from(signature, 'hex')
  })
  const pem = await buildRequest(signer, {
    subject: parseName('CN=example.com, C=CN, ST=zj, L=hz, O=aliyun, OU=KMS'),
    extensions: { alternativeNames: [parseAlternativeName('test.com')] },
  })
  assert.deepEqual(seen, ['c3f2249b2c04dbab756676e930304f19c697fe8502eb2e3b0dc12951f4510d9f'])
  assert.equal(Buffer.from(readRequest(pem).der).toString('hex'), expected)
})

test('what openssl makes is read: without attributes, with a challenge password, under another label', {
  skip: opensslMissing,
}, () => {
  const made = (...args: string[]): string =>
    openssl([
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'k',
      '-subj',
      '/CN=a',
      ...args,
    ]).toString()
  assert.equal(formatName(readRequest(made()).subject), 'CN=a')
  assert.equal(formatName(readRequest(made('-newhdr')).subject), 'CN=a')
  assert.deepEqual(readRequest(made('-addext', 'subjectAltName=DNS:a')).extensions.alternativeNames, [
    { kind: 'DNS', value: 'a' },
  ])
})

const broken: Readonly<Record<string, RegExp>> = {
  'no pem': /no PEM text with a block CERTIFICATE REQUEST/,
  '-----BEGIN CERTIFICATE REQUEST-----\nA\n-----END CERTIFICATE REQUEST-----': /damaged/,
  '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----': /is no certificate request/,
  '-----BEGIN CERTIFICATE REQUEST-----\nMIIB': /damaged/,
}
for (const [text, message] of Object.entries(broken))
  test(`${JSON.stringify(text.slice(-34))} is refused`, () => {
    assert.throws(() => readRequest(text), { name: 'CertificateError', parameter: 'request', message })
  })
