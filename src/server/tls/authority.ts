import { createPrivateKey, hash, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { encodeNameConstraints, nameConstraintsOid } from './name-constraints.ts'

/** A certificate and its private key, PEM. */
export interface Identity {
  readonly certificate: string
  readonly privateKey: string
}

/*
 * P-256 with SHA-256: the one choice that Java 8, Go and Python of the last ten years all accept, and that makes
 * a key in a millisecond. The root signs server certificates directly: official Java clients that are given a file of
 * several certificates trust only what follows the first, so the CA file must hold exactly one.
 */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 86_400_000
/** each client has to be told of a new one */
const caDays = 3652
/** renewed when less than {@link renewalDays} are left */
const serverDays = 397
export const renewalDays = 30

/**
 * A CA that signs server certificates directly and for nobody else: no CA below it, no other names, no other use.
 *
 * @param name - tells this deployment's CA from others in a trust store
 * @param names - DNS names and IP addresses that it may sign for
 */
export async function createAuthority(name: string, names: readonly string[], now: Date): Promise<Identity> {
  const x509 = await loadX509()
  const keys = await newKeyPair()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: [{ CN: [name] }, { O: ['Keyhaven'] }],
    ...validity(now, caDays),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(nameConstraintsOid, true, Uint8Array.from(encodeNameConstraints(names))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await exportKey(keys.privateKey) }
}

/** @param names - DNS names and IP addresses; the first one is also the subject */
export async function createServerCertificate(
  authority: Identity,
  names: readonly string[],
  now: Date,
): Promise<Identity> {
  const x509 = await loadX509()
  const keys = await newKeyPair()
  const issuer = new x509.X509Certificate(authority.certificate)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: [{ CN: [names[0] ?? 'localhost'] }],
    issuer: issuer.subjectName,
    ...validity(now, serverDays, issuer.notAfter),
    publicKey: keys.publicKey,
    signingKey: await importKey(createPrivateKey(authority.privateKey)),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }) as const),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await exportKey(keys.privateKey) }
}

/** Loaded on first use: a start with certificates at hand needs none of it. */
async function loadX509() {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto)
  return x509
}

const newKeyPair = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

const importKey = (key: KeyObject) =>
  webcrypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), algorithm, false, ['sign'])

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  const pem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })
  pkcs8.fill(0)
  return pem.toString()
}

/** Begins an hour early, for clients whose clocks are late. */
const validity = (now: Date, days: number, latest?: Date) => ({
  notBefore: new Date(now.getTime() - day / 24),
  notAfter: new Date(Math.min(now.getTime() + days * day, latest?.getTime() ?? Number.POSITIVE_INFINITY)),
})

/** RFC 5280 §4.1.2.2: positive, at most 20 octets */
const newSerialNumber = (): string => `01${hash('sha256', randomBytes(32), 'hex').slice(0, 30)}`
