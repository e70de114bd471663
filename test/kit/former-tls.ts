import { webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from '../../src/server/tls/authority.ts'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** Leaves in a folder what earlier releases did: a CA for any name and 20 years, its key in clear. */
export async function formerAuthority(folder: string, now: Date): Promise<Identity> {
  x509.cryptoProvider.set(webcrypto)
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Keyhaven CA 5f1b1c1e'] }, { O: ['Keyhaven'] }],
    notBefore: now,
    notAfter: new Date(now.getTime() + 20 * 365 * 86_400_000),
    keys,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const identity = {
    certificate: `${made.toString('pem')}\n`,
    privateKey: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  }
  writeFileSync(join(folder, 'ca.pem'), identity.certificate)
  writeFileSync(join(folder, 'ca-key.pem'), identity.privateKey, { mode: 0o600 })
  return identity
}
