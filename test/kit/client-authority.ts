import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { encodePem } from '../../src/crypto/pem.ts'

x509.cryptoProvider.set(webcrypto)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const hourMs = 3_600_000

/** What a client connects with, PEM. */
export interface ClientIdentity {
  readonly cert: string
  readonly key: string
  readonly serialNumber: string
}

interface Names {
  readonly commonName?: string
  readonly uri?: string
  readonly dns?: string
  readonly email?: string
  /** an hour from now unless given */
  readonly notAfter?: Date
}

const caExtensions = (casBelow: number): x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, casBelow, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
]

/** A CA for certificates of clients, with its list of revoked ones. */
export class ClientAuthority {
  readonly #keys: webcrypto.CryptoKeyPair
  readonly #certificate: x509.X509Certificate
  #serial = 1

  private constructor(keys: webcrypto.CryptoKeyPair, certificate: x509.X509Certificate) {
    this.#keys = keys
    this.#certificate = certificate
  }

  static async make(name = 'Clients'): Promise<ClientAuthority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - 48 * hourMs),
      notAfter: new Date(Date.now() + 48 * hourMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: caExtensions(1),
    })
    return new ClientAuthority(keys, certificate)
  }

  /** A CA below this one. */
  async intermediate(name: string, notAfter: Date): Promise<ClientAuthority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `01${(++this.#serial).toString(16).padStart(6, '0')}`,
      subject: `CN=${name}`,
      issuer: this.#certificate.subjectName,
      notBefore: new Date(Date.now() - 48 * hourMs),
      notAfter,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: caExtensions(0),
    })
    return new ClientAuthority(keys, certificate)
  }

  /** PEM */
  get ca(): string {
    return `${this.#certificate.toString('pem')}\n`
  }

  async issue({ commonName, uri, dns, email, notAfter }: Names): Promise<ClientIdentity> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const serialNumber = `01${(++this.#serial).toString(16).padStart(6, '0')}`
    const names = [
      ...(uri === undefined ? [] : [{ type: 'url', value: uri } as const]),
      ...(dns === undefined ? [] : [{ type: 'dns', value: dns } as const]),
      ...(email === undefined ? [] : [{ type: 'email', value: email } as const]),
    ]
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber,
      ...(commonName === undefined ? {} : { subject: [{ CN: [commonName] }] }),
      issuer: this.#certificate.subjectName,
      notBefore: new Date(Date.now() - 24 * hourMs),
      notAfter: notAfter ?? new Date(Date.now() + hourMs),
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
      ],
    })
    const privateKey = new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
    return { cert: `${certificate.toString('pem')}\n`, key: encodePem('PRIVATE KEY', privateKey), serialNumber }
  }

  /** The list of revoked certificates, PEM; the next is due in an hour unless given. */
  async revocationList(
    revoked: readonly ClientIdentity[],
    nextUpdate = new Date(Date.now() + hourMs),
  ): Promise<string> {
    const list = await x509.X509CrlGenerator.create({
      issuer: this.#certificate.subjectName,
      thisUpdate: new Date(Date.now() - 24 * hourMs),
      nextUpdate,
      entries: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate: new Date(Date.now() - hourMs) })),
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
    })
    return encodePem('X509 CRL', new Uint8Array(list.rawData))
  }
}
