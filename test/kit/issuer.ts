import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority, createServerCertificate, type Identity } from '../../src/server/tls/authority.ts'

export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384' }

export function newSigningKey(kid: string, alg = 'RS256'): SigningKey {
  const curve = curves[alg]
  const pair =
    curve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: curve })
  return { kid, alg, ...pair }
}

export const jwkOf = ({ kid, alg, publicKey }: SigningKey): Record<string, unknown> => ({
  ...publicKey.export({ format: 'jwk' }),
  ...{ kid, alg, use: 'sig' },
})

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as an identity provider makes it. */
export function tokenOf(key: SigningKey, claims: object, header: object = {}): string {
  const signed = `${encoded({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })}.${encoded(claims)}`
  const hash = `sha${key.alg.slice(2)}`
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const how = key.alg.startsWith('PS') ? pss : { dsaEncoding: 'ieee-p1363' as const }
  const signature = sign(hash, Buffer.from(signed), { key: key.privateKey, ...how })
  return `${signed}.${signature.toString('base64url')}`
}

/** What an attacker makes of the public key: a MAC that a careless verifier checks with that very key. */
export function macToken(key: SigningKey, claims: object): string {
  const signed = `${encoded({ alg: 'HS256', kid: key.kid })}.${encoded(claims)}`
  const secret = key.publicKey.export({ format: 'pem', type: 'spki' })
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

export const unsignedToken = (claims: object): string => `${encoded({ alg: 'none' })}.${encoded(claims)}.`

export interface Issuer {
  readonly url: string
  /** what it serves now; may be changed */
  keys: readonly Record<string, unknown>[]
  /** answers instead, when set */
  behaviour: RequestListener | undefined
  /** where its discovery document says that the keys are */
  keysUrl: string
  /** paths that were asked for */
  readonly asked: string[]
  close(): Promise<void>
}

export interface IssuerTls {
  /** server certificate and key, PEM */
  readonly server: Identity
  /** what it is trusted by, PEM */
  readonly ca: string
}

/** A CA, and a certificate of it for this machine. */
export async function issuerTls(): Promise<IssuerTls> {
  const now = new Date()
  const authority = await createAuthority('Issuer', ['localhost', '127.0.0.1'], now)
  const server = await createServerCertificate(authority, ['localhost', '127.0.0.1'], now)
  return { server, ca: authority.certificate }
}

/** An identity provider on loopback: discovery and key set. With a certificate it speaks TLS. */
export async function startIssuer(tls?: IssuerTls): Promise<Issuer> {
  const listener: RequestListener = (request, response) => {
    issuer.asked.push(request.url ?? '')
    if (issuer.behaviour !== undefined) return issuer.behaviour(request, response)
    const discovery = { issuer: issuer.url, jwks_uri: issuer.keysUrl }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/keys' ? { keys: issuer.keys } : discovery))
  }
  const server =
    tls === undefined
      ? createHttpServer(listener)
      : createServer({ cert: tls.server.certificate + tls.ca, key: tls.server.privateKey }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
  const issuer: Issuer = {
    ...{ url, keys: [], behaviour: undefined, keysUrl: `${url}/keys`, asked: [] },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return issuer
}
