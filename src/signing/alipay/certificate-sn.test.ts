import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SigningError } from '../errors.ts'
import { readAlipayCertificates, requireTrusted } from './certificate.ts'
import { alipayCertificateSn, alipayRootCertificateSn, certificateSn } from './certificate-sn.ts'

interface Vectors {
  readonly names: readonly { readonly pem: string; readonly issuer: string; readonly serialNumber: string }[]
  readonly sm2: { readonly application: string; readonly root: string }
}
const folder = join(import.meta.dirname, '../../../test/vectors/alipay')
const { names, sm2 }: Vectors = JSON.parse(readFileSync(join(folder, 'certificates.json'), 'utf8'))
const isRefused = (error: unknown) => error instanceof SigningError && error.code === 'certificate'

test('issuers are written as Java writes them, and serial numbers in decimal, negative ones too', () => {
  for (const { pem, issuer, serialNumber } of names) {
    const [certificate] = readAlipayCertificates(pem, 'pem')
    assert.equal(certificate?.issuerText, issuer)
    assert.equal(certificate?.serial.toString(), serialNumber)
  }
})

test('a serial number of Alipay is the MD5 of both', () => {
  const issuerText = 'CN=Test CA,OU=Dev,O=Example,C=CN'
  assert.equal(certificateSn({ issuerText, serial: 305_419_896n }), 'b6a87488e8a2be310e030f4332c8ad84')
})

test('an SM2 certificate has a serial number, a root of its own, and an issuer that vouches for it', () => {
  const [application] = readAlipayCertificates(sm2.application, 'pem')
  const [root] = readAlipayCertificates(sm2.root, 'pem')
  assert.ok(application && root)
  assert.equal(application.publicKey?.kind, 'sm2')
  const at = new Date('2030-01-01T00:00:00Z')
  requireTrusted(application, [], [root], at, 'pem')
  assert.throws(() => requireTrusted(application, [root], [], at, 'pem'), isRefused)
  assert.equal(alipayCertificateSn(sm2.application), certificateSn(application))
  assert.equal(alipayRootCertificateSn(sm2.root, 'SM2'), certificateSn(root))
})

test('a bundle without a root of the kind, and what is no certificate, are refused', () => {
  assert.throws(() => alipayRootCertificateSn(sm2.root), isRefused)
  assert.throws(() => alipayCertificateSn(''), isRefused)
  assert.throws(() => alipayCertificateSn(sm2.root.replace('MIIB', 'MIIC')), isRefused)
})
