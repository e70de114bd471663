import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { newSigner, sm2Options } from '../../test/kit/signers.ts'
import type { Signer } from '../crypto/signer.ts'
import { parseAlternativeName } from './alternative-name.ts'
import { readCertificate } from './certificate.ts'
import { type ChainOptions, verifiedChain } from './chain.ts'
import { type CertificateTerms, issue, selfSigned } from './issue.ts'
import { formatName, parseName } from './name.ts'
import { buildRequest } from './request.ts'
import { type CertificateUsage, certificateUsages } from './usage.ts'

const now = new Date('2026-11-25T12:00:00Z')
const day = 86_400_000
let serial = 0
const terms = (usage: CertificateUsage, others: Partial<CertificateTerms> = {}): CertificateTerms => ({
  usage,
  now,
  serialNumber: Buffer.alloc(16, ++serial),
  ...others,
})
const alternativeNames = [parseAlternativeName('test.com')]
const requestOf = (key: Signer, subject: string) =>
  buildRequest(key, { subject: parseName(subject), extensions: { alternativeNames } })
const chainOf = (
  pem: string,
  trusted: readonly string[],
  others: Partial<ChainOptions> & { between?: string[] } = {},
) =>
  verifiedChain(readCertificate(pem), {
    at: now,
    ...others,
    trusted: trusted.map((one) => readCertificate(one)),
    intermediates: (others.between ?? []).map((one) => readCertificate(one)),
  }).map(({ subject }) => formatName(subject))

/** Root → between → certificate. */
async function threeStoreys(spec: string) {
  const [rootKey, betweenKey, key] = [await newSigner(spec), await newSigner(spec), await newSigner(spec)]
  const root = await selfSigned(rootKey, parseName('CN=根,C=CN'), terms('ca'))
  const between = await issue(rootKey, {
    ...terms('ca'),
    caCertificate: root,
    request: await requestOf(betweenKey, 'CN=between'),
  })
  const issued = async (usage: CertificateUsage): Promise<string> =>
    issue(betweenKey, { ...terms(usage), caCertificate: between, request: await requestOf(key, 'CN=测试') })
  return { rootKey, betweenKey, key, root, between, issued }
}

const endUsages = certificateUsages.filter((usage) => usage !== 'ca')
const opensslPurpose = { pdf: 'smimesign', 'tls-client': 'sslclient', 'tls-server': 'sslserver', code: 'any' } as const

for (const spec of ['RSA_2048', 'EC_P256', 'EC_SM2']) {
  test(`a chain of ${spec} is verified, for what it was issued and nothing else`, async () => {
    const { root, between, issued } = await threeStoreys(spec)
    for (const usage of endUsages) {
      const pem = await issued(usage)
      assert.deepEqual(chainOf(pem, [root], { between: [between], usage }), ['CN=测试', 'CN=between', 'CN=根,C=CN'])
      assert.deepEqual(chainOf(pem, [between]), ['CN=测试', 'CN=between'])
      const other = usage === 'tls-server' ? 'tls-client' : 'tls-server'
      assert.throws(() => chainOf(pem, [root], { between: [between], usage: other }), /is for .*, not for/)
      assert.throws(() => chainOf(pem, [root], { between: [between], usage: 'ca' }), /is not one of a CA/)
    }
  })

  test(`openssl verifies a chain of ${spec}`, { skip: opensslMissing }, async () => {
    const { root, between, issued } = await threeStoreys(spec)
    for (const usage of endUsages) {
      const files = { root, between, issued: await issued(usage) }
      const time = ['-attime', String(now.getTime() / 1000), '-x509_strict']
      const sm2 = spec === 'EC_SM2' ? sm2Options : []
      // OpenSSL 3.0 gives the user id of SM2 to the last certificate only, so such chains are verified link by link.
      const links =
        sm2.length > 0 ? ['-partial_chain', '-trusted', 'between'] : ['-CAfile', 'root', '-untrusted', 'between']
      const verified = openssl(
        ['verify', ...time, ...sm2, ...links, '-purpose', opensslPurpose[usage], 'issued'],
        files,
      )
      assert.match(verified.toString(), /issued: OK/)
      assert.match(openssl(['verify', ...time, ...sm2, '-CAfile', 'root', 'between'], files).toString(), /between: OK/)
    }
  })
}

test('who has no way to a trusted certificate is refused, and the reason is named', async () => {
  const { root, between, issued, rootKey, key } = await threeStoreys('EC_P256')
  const pem = await issued('pdf')
  assert.throws(() => chainOf(pem, [root]), /CN=测试 is issued by nobody that is trusted/)
  assert.throws(() => chainOf(pem, []), /nobody that is trusted/)
  const elsewhere = await selfSigned(await newSigner('EC_P256'), parseName('CN=根,C=CN'), terms('ca'))
  assert.throws(() => chainOf(pem, [elsewhere], { between: [between] }), /is not signed by the key of CN=根,C=CN/)
  assert.deepEqual(chainOf(pem, [elsewhere, root], { between: [between] }).length, 3)
  assert.throws(
    () => chainOf(pem, [root], { between: [between], at: new Date(now.getTime() - day) }),
    /is valid from .* on only/,
  )
  assert.throws(
    () => chainOf(pem, [root], { between: [between], at: new Date(now.getTime() + 400 * day) }),
    /expired on/,
  )
  const short = await issue(rootKey, {
    ...terms('ca', { days: 1 }),
    caCertificate: root,
    request: await requestOf(key, 'CN=between'),
  })
  assert.throws(
    () => chainOf(pem, [root], { between: [short], at: new Date(now.getTime() + 2 * day) }),
    /CN=between expired on/,
  )
})

test('only CAs issue, and no deeper than they may', async () => {
  const { rootKey, betweenKey, key, root, between, issued } = await threeStoreys('EC_P256')
  const end = await issued('pdf')
  const request = await requestOf(betweenKey, 'CN=deeper')
  const refusals: readonly (readonly [RegExp, () => Promise<string>])[] = [
    [/is not one of a CA/, async () => issue(key, { ...terms('pdf'), caCertificate: end, request })],
    [/allows no CA below it/, async () => issue(betweenKey, { ...terms('ca'), caCertificate: between, request })],
    [/is not of the key that is to sign/, async () => issue(key, { ...terms('pdf'), caCertificate: root, request })],
    [
      /expired on/,
      async () => issue(rootKey, { ...terms('pdf', { now: new Date('2040-01-01') }), caCertificate: root, request }),
    ],
    [
      /valid from/,
      async () => issue(rootKey, { ...terms('pdf', { now: new Date('2020-01-01') }), caCertificate: root, request }),
    ],
    [/ends before/, async () => issue(rootKey, { ...terms('pdf', { days: 10_000 }), caCertificate: root, request })],
    [/from 1 to/, async () => issue(rootKey, { ...terms('pdf', { days: 0 }), caCertificate: root, request })],
    [/from 1 to/, async () => issue(rootKey, { ...terms('pdf', { days: Number.NaN }), caCertificate: root, request })],
    [
      /Only a CA may/,
      async () => issue(rootKey, { ...terms('pdf', { keyUsage: ['keyCertSign'] }), caCertificate: root, request }),
    ],
    [/needs the key usage/, async () => selfSigned(rootKey, parseName('CN=a'), terms('ca', { keyUsage: ['cRLSign'] }))],
    [/Only a CA has/, async () => selfSigned(rootKey, parseName('CN=a'), terms('pdf', { pathLength: 1 }))],
    [/A server needs/, async () => selfSigned(rootKey, parseName('CN=a'), terms('tls-server'))],
    [/The CA certificate is no PEM/, async () => issue(rootKey, { ...terms('pdf'), caCertificate: 'none', request })],
  ]
  for (const [message, work] of refusals) await assert.rejects(work, { name: 'CertificateError', message })
})

test('a chain deeper than a CA allows is refused, though every signature is right', async () => {
  const { rootKey, betweenKey, key, between } = await threeStoreys('EC_P256')
  const name = parseName('CN=根,C=CN')
  const root = await selfSigned(rootKey, name, terms('ca', { pathLength: 0 }))
  const end = await issue(betweenKey, {
    ...terms('pdf'),
    caCertificate: between,
    request: await requestOf(key, 'CN=a'),
  })
  assert.throws(() => chainOf(end, [root], { between: [between] }), /CN=根,C=CN allows no more than 0 CAs below it/)
})

test('a critical extension that is not understood is refused', { skip: opensslMissing }, () => {
  const extension = ['-addext', 'nameConstraints=critical,permitted;DNS:a']
  const pem = selfSignedBy(['-newkey', 'rsa:2048', ...extension], '-sha256')
  assert.throws(() => chainOf(pem, [pem], { at: new Date() }), /critical extension that is not understood: 2.5.29.30/)
})

test('what others sign with is accepted, SHA-1 is not', { skip: opensslMissing }, () => {
  for (const [algorithm, digest] of [
    [['-newkey', 'rsa:2048'], '-sha384'],
    [['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:64'], '-sha512'],
    [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], '-sha384'],
    [['-newkey', 'ed25519'], '-sha512'],
  ] as const) {
    const pem = selfSignedBy(algorithm, digest)
    const certificate = readCertificate(pem)
    assert.equal(certificate.isSignedBy(certificate), true, certificate.signatureAlgorithm)
  }
  const weak = readCertificate(selfSignedBy(['-newkey', 'rsa:2048'], '-sha1'))
  assert.equal(weak.isSignedBy(weak), undefined)
  assert.equal(weak.signatureAlgorithm, 'sha1WithRSAEncryption')
})

const selfSignedBy = (algorithm: readonly string[], digest: string): string =>
  openssl(['req', '-x509', ...algorithm, digest, '-nodes', '-keyout', 'k', '-subj', '/CN=a', '-days', '3']).toString()

test('one flipped bit is refused', async () => {
  const { root, between, issued } = await threeStoreys('EC_P256')
  const { der } = readCertificate(await issued('pdf'))
  const [trusted, second] = [[readCertificate(root)], [readCertificate(between)]]
  for (let at = 0; at < der.length; at += 5) {
    const changed = Uint8Array.from(der)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.throws(
      () => verifiedChain(readCertificate(changed), { trusted, intermediates: second, at: now }),
      { name: 'CertificateError' },
      `byte ${at}`,
    )
  }
})
