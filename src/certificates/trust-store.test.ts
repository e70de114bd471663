import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { temporaryFolder } from '../../test/kit/audit.ts'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { encodeTrustStore } from './trust-store.ts'

const certificates = rootCertificates.slice(0, 3).map((pem) => new X509Certificate(pem))
const store = encodeTrustStore(certificates.map(({ raw }) => raw))

test('a store of trusted certificates holds them as OpenSSL reads it', { skip: opensslMissing }, (t) => {
  const file = join(temporaryFolder(t), 'trust.p12')
  writeFileSync(file, store)
  const shown = String(openssl(['pkcs12', '-in', file, '-nokeys', '-passin', 'pass:', '-nomacver']))
  for (const certificate of certificates) assert.ok(shown.includes(certificate.toString().trim()))
})

const keytoolMissing = spawnSync('keytool', ['-help']).error ? 'keytool is not installed' : false

test('Java trusts each of them', { skip: keytoolMissing }, (t) => {
  const file = join(temporaryFolder(t), 'trust.p12')
  writeFileSync(file, store)
  const shown = execFileSync('keytool', ['-list', '-keystore', file, '-storepass', 'x'.repeat(6)], { encoding: 'utf8' })
  assert.equal(shown.match(/, trustedCertEntry,/g)?.length, certificates.length)
})
