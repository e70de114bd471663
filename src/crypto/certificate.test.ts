import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { selfSignedCertificate } from './certificate.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const make = (notAfter: string) =>
  selfSignedCertificate({
    name: 'KAAP.00000000-1111-2222-3333-444444444444',
    serialNumber: Buffer.from('ff01020304050607', 'hex'),
    notBefore: new Date('2026-01-02T03:04:05Z'),
    notAfter: new Date(notAfter),
    ...pair,
  })

test('OpenSSL reads the certificate, and its own key verifies it', async () => {
  const certificate = new X509Certificate(await make('2031-01-02T03:04:05Z'))
  assert.equal(certificate.subject, 'CN=KAAP.00000000-1111-2222-3333-444444444444')
  assert.equal(certificate.issuer, certificate.subject)
  assert.equal(certificate.serialNumber, 'FF01020304050607')
  assert.equal(certificate.validFrom, 'Jan  2 03:04:05 2026 GMT')
  assert.equal(certificate.validTo, 'Jan  2 03:04:05 2031 GMT')
  assert.ok(certificate.verify(pair.publicKey))
  assert.ok(certificate.checkPrivateKey(pair.privateKey))
})

test('a certificate may last beyond 2049', async () => {
  assert.equal(new X509Certificate(await make('2050-06-01T00:00:00Z')).validTo, 'Jun  1 00:00:00 2050 GMT')
})
