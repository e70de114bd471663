import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type KeyKind = 'rsa' | 'ec' | 'sm2'

/** A signer as openssl makes one: a private key, and its certificate with those above it. */
export interface TestIdentity {
  /** PKCS #8, PEM */
  readonly privateKey: string
  /** PEM, the signer's own certificate first */
  readonly chain: string
  /** the certificate of the CA, PEM */
  readonly ca: string
}

export interface IdentityOptions {
  readonly days?: number
  readonly extensions?: readonly string[]
  /** public key to certify, PEM; a new key unless given */
  readonly publicKey?: string
}

const distinguishingId = 'distid:1234567812345678'
const parameters: Readonly<Record<KeyKind, readonly string[]>> = {
  rsa: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  sm2: ['EC', '-pkeyopt', 'ec_paramgen_curve:SM2'],
}
const forSigning = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation']

/** A certificate authority in a folder of its own, run by openssl; removed at the end of the process. */
export class TestAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'keyhaven-ca-'))
  readonly kind: KeyKind
  #serial = 1

  constructor(kind: KeyKind = 'rsa') {
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }))
    this.kind = kind
    this.#newKey('ca.key', kind)
    const ca = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
    this.openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '3650',
      ...this.#subject('Root'),
      ...ca,
      ...this.#digest(),
    )
  }

  get certificate(): string {
    return this.read('ca.pem')
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  openssl(...args: readonly string[]): Buffer {
    return execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }

  /** A new key with a certificate. */
  issue(kind: KeyKind = this.kind, name = `Signer ${kind}`, options: IdentityOptions = {}): TestIdentity {
    const file = `key-${this.#serial++}`
    this.#newKey(`${file}.key`, kind)
    const isSm2 = kind === 'sm2'
    this.openssl(
      'req',
      '-new',
      '-key',
      `${file}.key`,
      '-out',
      `${file}.csr`,
      ...this.#subject(name),
      ...(isSm2 ? ['-sm3', '-sigopt', distinguishingId] : []),
    )
    writeFileSync(join(this.folder, `${file}.ext`), (options.extensions ?? forSigning).join('\n'))
    if (options.publicKey !== undefined) writeFileSync(join(this.folder, `${file}.pub`), options.publicKey)
    const forced = options.publicKey === undefined ? [] : ['-force_pubkey', `${file}.pub`]
    this.openssl(
      ...[
        'x509',
        '-req',
        '-in',
        `${file}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-set_serial',
        String(1000 + this.#serial),
      ],
      ...['-days', String(options.days ?? 1000), '-extfile', `${file}.ext`, '-out', `${file}.pem`, ...forced],
      ...(isSm2 ? ['-vfyopt', distinguishingId] : []),
      ...this.#digest(),
    )
    const ca = this.certificate
    return { privateKey: this.read(`${file}.key`), chain: this.read(`${file}.pem`) + ca, ca }
  }

  #newKey(file: string, kind: KeyKind): void {
    this.openssl('genpkey', '-algorithm', ...parameters[kind], '-out', file)
  }

  #subject(name: string): string[] {
    return ['-utf8', '-subj', `/C=CN/O=测试/CN=${name}`]
  }

  #digest(): string[] {
    return this.kind === 'sm2' ? ['-sm3', '-sigopt', distinguishingId] : ['-sha256']
  }
}
