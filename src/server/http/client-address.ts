import { isIP, type Socket } from 'node:net'
import { addressRanges } from '../../core/access/address-range.ts'
import { KmsError } from '../../core/errors.ts'
import { canonicalAddress, endsOf, peerOf } from '../socket-ends.ts'

/**
 * From where requests come. Proxies that are trusted say so for their clients, by PROXY header or `X-Forwarded-For`; what
 * anybody else says about that is not looked at.
 */
export class ClientAddresses {
  readonly #isTrusted: (address: string) => boolean
  readonly #hasProxies: boolean
  readonly #sources = new WeakMap<Socket, string>()
  /** what PROXY headers named, by both ends: TLS makes another socket of the one that the proxy connected to */
  readonly #named = new Map<string, string>()

  /** @param trustedProxies - addresses and CIDR blocks */
  constructor(trustedProxies: readonly string[]) {
    this.#isTrusted = addressRanges(trustedProxies)
    this.#hasProxies = trustedProxies.length > 0
  }

  /** Whether what comes from this address may come for somebody else. */
  isTrusted(address: string): boolean {
    return this.#hasProxies && this.#isTrusted(address)
  }

  /**
   * Remembers who is at the other end of a connection, while that is known: of one that was reset nobody can tell any
   * more, though its request may have arrived.
   *
   * @returns undefined when it is too late
   */
  accept(socket: Socket): string | undefined {
    const source = this.#named.get(endsOf(socket)) ?? peerOf(socket)
    if (source !== undefined) this.#sources.set(socket, source)
    return source
  }

  /** Notes for whom a trusted proxy made a connection; undefined: for itself. */
  name(socket: Socket, source: string | undefined): void {
    if (source === undefined) return
    const ends = endsOf(socket)
    this.#named.set(ends, source)
    socket.once('close', () => this.#named.delete(ends))
  }

  /** Of a connection that was accepted. */
  ofConnection(socket: Socket): string {
    return this.#sources.get(socket) ?? ''
  }

  /**
   * Who sent a request: the last address of the chain that no trusted proxy vouches for.
   *
   * @throws KmsError `ParseRequestParameterException` when a trusted proxy names something that is no address
   */
  ofRequest(socket: Socket, headers: ReadonlyMap<string, readonly string[]>): string {
    let address = this.ofConnection(socket)
    const forwarded = this.isTrusted(address) ? headers.get('x-forwarded-for') : undefined
    for (const entry of forwarded?.join(',').split(',').reverse() ?? []) {
      if (entry.trim() === '') continue
      if (!this.#isTrusted(address)) break
      address = addressOf(entry.trim())
    }
    return address
  }
}

/** Some proxies add the port. */
function addressOf(entry: string): string {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d{1,5})?|(\d[\d.]*):\d{1,5})$/.exec(entry) ?? []
  const address = bracketed ?? dotted ?? entry
  if (isIP(address) !== 0 && !address.includes('%')) return canonicalAddress(address)
  const message = 'Server parse parameters exception. The header X-Forwarded-For is not valid.'
  throw new KmsError('ParseRequestParameterException', { message })
}
