import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ClientCertificate } from '../../gateway/http.ts'
import type { Log } from '../log.ts'
import { canonicalAddress, endsOf } from '../socket-ends.ts'
import { namesOf } from './certificate-names.ts'
import { principalsFor } from './principal-rules.ts'
import type { ClientTrust } from './trust.ts'

interface Shown {
  /** when it, a CA above it, or a list that says that it is not revoked, ends; milliseconds since 1970 */
  readonly validTo: number
  /** by which it was verified */
  readonly trust: ClientTrust | undefined
  readonly certificate: ClientCertificate
}

/** one line for as long, however many connections it is about */
const complaintsMs = 60_000

/** The certificates that clients have shown on connections that are open. */
export class ShownCertificates {
  readonly #wall: () => Date
  readonly #log: Log
  readonly #shown = new WeakMap<Socket, Shown>()
  /** connections whose certificate may be verified just now, by both ends: TLS makes another socket of each */
  readonly #greeted = new Map<string, Socket>()
  #trust: ClientTrust | undefined
  #silentUntil = 0

  /** @param wall - what the validity of certificates is compared with */
  constructor(wall: () => Date, log: Log) {
    this.#wall = wall
    this.#log = log
  }

  /**
   * By this certificates are verified from now on, and said whom they are for. Those that were shown before count no
   * longer, and those that are being shown are not waited for: they are verified by what was in force when they began.
   */
  trust(trust: ClientTrust | undefined): void {
    this.#trust = trust
    for (const socket of this.#greeted.values()) socket.destroy()
  }

  /** A connection begins, on which a certificate may be shown. */
  greet(socket: Socket): void {
    const ends = endsOf(socket)
    this.#greeted.set(ends, socket)
    socket.once('close', () => this.#greeted.get(ends) === socket && this.#greeted.delete(ends))
  }

  /**
   * Remembers what TLS has verified. One that could not be is refused, also where none is needed: who shows it means to
   * be somebody.
   *
   * @param isNeeded - OpenSSL does not ask for one when a session goes on that was begun without
   * @returns whether the connection may go on
   */
  accept(socket: TLSSocket, isNeeded: boolean): boolean {
    this.#greeted.delete(endsOf(socket))
    const shown = socket.getPeerX509Certificate()
    if (shown === undefined) return !isNeeded
    if (!socket.authorized) {
      this.#complain(socket, String(socket.authorizationError))
      return false
    }
    try {
      const names = namesOf(shown)
      const trust = this.#trust
      const certificate = { fingerprint: names.sha256, principals: trust?.rules && principalsFor(trust.rules, names) }
      const listsEnd = trust?.revocationListsEnd ?? Number.POSITIVE_INFINITY
      this.#shown.set(socket, { validTo: Math.min(chainEnd(socket), listsEnd), trust, certificate })
      return true
    } catch {
      this.#complain(socket, 'UNREADABLE')
      return false
    }
  }

  /** What counts of what the connection has shown, if it has shown any. */
  of(socket: Socket): ClientCertificate | 'outdated' | undefined {
    const shown = this.#shown.get(socket)
    if (shown === undefined) return undefined
    const isValid = shown.trust === this.#trust && this.#wall().getTime() <= shown.validTo
    return isValid ? shown.certificate : 'outdated'
  }

  /** Where a certificate is needed, TLS refuses by itself who shows none, or one that cannot be verified. */
  hearRefused({ code }: NodeJS.ErrnoException, socket: TLSSocket): void {
    // its type knows an Error only, but it is a code, or nothing
    const reason: unknown = socket.authorizationError
    if (typeof reason === 'string') this.#complain(socket, reason)
    else if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') this.#complain(socket, code)
  }

  /** @param code - OpenSSL's word for what is the matter */
  #complain({ remoteAddress }: Socket, code: string): void {
    const now = performance.now()
    const level = now < this.#silentUntil ? 'debug' : 'warn'
    if (level === 'warn') this.#silentUntil = now + complaintsMs
    const source = remoteAddress && canonicalAddress(remoteAddress)
    this.#log.write(level, 'a connection was refused for its client certificate', { code, source })
  }
}

/**
 * When the first certificate of a chain that has just been verified ends. With a session that goes on no CAs were sent:
 * then those count that are in the file of CAs, up to the first that is not.
 */
function chainEnd(socket: TLSSocket): number {
  const leaf = socket.getPeerCertificate(true)
  let end = Date.parse(leaf.valid_to)
  for (let { issuerCertificate: issuer } = leaf; issuer !== undefined; issuer = issuer.issuerCertificate) {
    const issuerEnd = Date.parse(issuer.valid_to)
    // By what has ended already nothing was verified: there is another way up.
    if (issuerEnd > Date.now()) end = Math.min(end, issuerEnd)
    if (issuer.issuerCertificate === issuer) break
  }
  return end
}
