import { constants } from 'node:crypto'
import type { Server } from 'node:http'
import type { ServerOptions } from 'node:https'
import { type AddressInfo, isIP, type Server as PortServer } from 'node:net'
import type { CertificateMode, ClientTrust } from '../client-certificates/trust.ts'
import { ConfigError } from '../config/load.ts'
import { flagOf, variableOf } from '../config/schema.ts'
import type { Identity } from '../tls/authority.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** @param text - as the configuration schema accepts it; a port alone means loopback */
export function parseAddress(text: string): Address {
  const split = text.lastIndexOf(':')
  const host = split < 0 ? '127.0.0.1' : text.slice(0, split).replace(/^\[|\]$/g, '')
  return { host, port: Number(text.slice(split + 1)) }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/**
 * Starts listening.
 *
 * @param setting - where the address is from, for messages
 * @param isShared - other threads listen there, too; a program that shares with nobody is still in the way
 * @returns the address with the port that was taken, as it stands in a URL
 * @throws ConfigError when the address is not free or not of this machine
 */
export async function listen(
  server: PortServer,
  { host, port }: Address,
  setting = 'https',
  isShared = false,
): Promise<string> {
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen({ host, port, reusePort: isShared }, listening.resolve)
  try {
    await listening.promise
  } catch (error) {
    throw new ConfigError(cannotListen(error, { host, port }, setting))
  } finally {
    server.off('error', listening.reject)
  }
  const { port: taken } = server.address() as AddressInfo
  return `${isIP(host) === 6 ? `[${host}]` : host}:${taken}`
}

function cannotListen(error: unknown, { host, port }: Address, setting: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use by another program: choose another with ${flagOf(setting)} or ${variableOf(setting)}`
  if (code === 'EACCES') return `port ${port} on ${host} needs more rights than this user has`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine`
  return `cannot listen on ${host}:${port} (${code})`
}

interface Tickets {
  /** what tickets of sessions are sealed with, 48 bytes; random unless given */
  readonly ticketKeys?: Uint8Array
}

/** SEC-30: TLS 1.2 with forward secrecy and AEAD, or TLS 1.3. */
export const tlsOptions = ({ certificate, privateKey, ticketKeys }: Identity & Tickets): ServerOptions => ({
  cert: certificate,
  key: privateKey,
  ...(ticketKeys ? { ticketKeys: Buffer.from(ticketKeys) } : {}),
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  ALPNProtocols: ['http/1.1'],
  handshakeTimeout: 10_000,
})

/**
 * How certificates of clients are asked for.
 *
 * @param setting - of the listener: a session that was begun at one goes on at no other, which may ask for more
 */
export const clientTlsOptions = (
  trust: ClientTrust | undefined,
  mode: CertificateMode,
  setting: string,
): ServerOptions => ({
  sessionIdContext: `keyhaven ${setting}`,
  ...(trust && mode !== 'off'
    ? {
        ca: trust.ca,
        ...(trust.revocationLists.length > 0 ? { crl: [...trust.revocationLists] } : {}),
        requestCert: true,
        rejectUnauthorized: mode === 'required',
      }
    : {}),
})

/** Stops listening and waits for the requests under way, at most `graceMs`. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(deadline)
}
