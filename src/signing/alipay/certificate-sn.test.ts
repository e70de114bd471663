import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SigningError } from '../errors.ts'
import { isIssuedBy, readCertificates } from './certificate.ts'
import { alipayCertificateSn, alipayRootCertificateSn, certificateSn } from './certificate-sn.ts'

interface Vectors {
  readonly names: readonly { readonly pem: string; readonly issuer: string; readonly serialNumber: string }[]
  readonly sm2: { readonly application: string; readonly root: string }
}
const folder = join(import.meta.dirname, '../../../test/vectors/alipay')
const { names, sm2 }: Vectors = JSON.parse(readFileSync(join(folder, 'certificates.json'), 'utf8'))

test('issuers are written as Java writes them, and serial numbers in decimal, negative ones too', () => {
  for (const { pem, issuer, serialNumber } of names) {
    const [certificate] = readCertificates(pem, 'pem')
    assert.equal(certificate?.issuer, issuer)
    assert.equal(certificate?.serialNumber.toString(), serialNumber)
  }
})

test('a serial number of Alipay is the MD5 of both', () => {
  const issuer = 'CN=Test CA,OU=Dev,O=Example,C=CN'
  assert.equal(certificateSn({ issuer, serialNumber: 305_419_896n }), 'b6a87488e8a2be310e030f4332c8ad84')
})

test('an SM2 certificate has a serial number, a root of its own, and an issuer that vouches for it', () => {
  const [application] = readCertificates(sm2.application, 'pem')
  const [root] = readCertificates(sm2.root, 'pem')
  assert.ok(application && root)
  assert.equal(application.publicKey?.kind, 'sm2')
  assert.ok(isIssuedBy(application, root))
  assert.ok(!isIssuedBy({ ...application, toBeSigned: root.toBeSigned }, root))
  assert.ok(!isIssuedBy(root, application))
  assert.equal(alipayCertificateSn(sm2.application), certificateSn(application))
  assert.equal(alipayRootCertificateSn(sm2.root, 'SM2'), certificateSn(root))
})

test('a bundle without a root of the kind, and what is no certificate, are refused', () => {
  const isRefused = (error: unknown) => error instanceof SigningError && error.code === 'certificate'
  assert.throws(() => alipayRootCertificateSn(sm2.root), isRefused)
  assert.throws(() => alipayCertificateSn(''), isRefused)
  assert.throws(() => alipayCertificateSn(sm2.root.replace('MIIB', 'MIIC')), isRefused)
})
