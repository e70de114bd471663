import 'reflect-metadata'
import { createCipheriv, createDecipheriv, createHash, createPublicKey, sign, verify, webcrypto } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BasicConstraintsExtension, X509Certificate, X509CertificateGenerator } from '@peculiar/x509'

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}
const day = 86_400_000

/** A certificate with its key; PEM. */
export interface Certified {
  readonly certificate: string
  readonly privateKey: string
  readonly publicKey: string
  readonly keys: webcrypto.CryptoKeyPair
}

/** An RSA root that signs itself, or a certificate with a key of its own that `issuer` signed; both may sign others. */
export async function certified(name: string, issuer?: Certified): Promise<Certified> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey))
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    keys,
    certificate: await certificateFor(name, spki, issuer ?? { name, keys }, true),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    publicKey: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
      .export({ format: 'pem', type: 'spki' })
      .toString(),
  }
}

/** A certificate of a public key that somebody holds. */
export async function certificateFor(
  name: string,
  spki: Uint8Array,
  issuer: Certified | { readonly name: string; readonly keys: webcrypto.CryptoKeyPair },
  isCa = false,
): Promise<string> {
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `1${createHash('md5').update(name).digest('hex')}`,
    subject: name,
    issuer: 'name' in issuer ? issuer.name : new X509Certificate(issuer.certificate).subject,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    publicKey: await webcrypto.subtle.importKey('spki', Uint8Array.from(spki), algorithm, true, ['verify']),
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(isCa, undefined, true)],
  })
  return certificate.toString('pem')
}

export interface StandInOptions {
  /** what the application signs with, PEM */
  readonly applicationKey: string
  /** what Alipay signs with, PEM */
  readonly privateKey: string
  /** the serial numbers that requests have to name, and the one that answers do; certificate mode */
  readonly sns?: { readonly application: string; readonly root: string; readonly alipay: string }
  /** answers requests that name no certificates, too */
  readonly isEitherMode?: boolean
  /** Base64 */
  readonly encryptKey?: string
}

/** A request as the stand-in understood it. */
export interface Received {
  readonly method: string
  readonly parameters: Readonly<Record<string, string>>
  readonly content: unknown
}

/**
 * Stands in for the Alipay open platform: checks what applications sign, with `node:crypto` alone, and signs its answers.
 * `alter` changes an answer after it was signed.
 */
export async function startAlipay(options: StandInOptions) {
  const received: Received[] = []
  const state = { alter: (text: string) => text }
  const server = createServer((request, response) => {
    const answer = request.url?.startsWith('/v3/') ? answerV3 : answerV2
    answer(options, request, received, state.alter).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    gateway: `${origin}/gateway.do`,
    received,
    state,
    notification: (fields: Readonly<Record<string, string>>, isTypeSigned = false) =>
      notification(options, fields, isTypeSigned),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const signed = (text: string, key: string): string => sign('sha256', Buffer.from(text), key).toString('base64')
const isSigned = (text: string, key: string, base64: string): boolean =>
  verify('sha256', Buffer.from(text), key, Buffer.from(base64, 'base64'))
const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)
const contentOf = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .toSorted(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

const isNamed = ({ sns, isEitherMode }: StandInOptions, application: unknown, root: unknown): boolean =>
  isEitherMode && application === undefined && root === undefined
    ? true
    : application === sns?.application && root === sns?.root

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function answerV2(
  options: StandInOptions,
  request: IncomingMessage,
  received: Received[],
  alter: (text: string) => string,
): Promise<Answer> {
  const query = new URL(request.url ?? '', 'http://alipay').searchParams
  const form = new URLSearchParams(await textOf(request))
  const { sign: signature = '', ...parameters } = Object.fromEntries([...query, ...form])
  const method = parameters.method ?? ''
  const isRight =
    isSigned(contentOf(parameters), options.applicationKey, signature) &&
    isNamed(options, parameters.app_cert_sn, parameters.alipay_root_cert_sn)
  const isEncrypted = parameters.encrypt_type === 'AES'
  const text = isEncrypted ? decrypted(options, parameters.biz_content) : (parameters.biz_content ?? '{}')
  if (isRight) received.push({ method, parameters, content: JSON.parse(text) })
  const outcome = isRight
    ? { code: '10000', msg: 'Success', qr_code_url: 'https://example.com/a?b=1&c="二"', echoed: JSON.parse(text) }
    : { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg: '验签出错' }
  const value = JSON.stringify(isEncrypted ? encrypted(options, JSON.stringify(outcome)) : outcome)
  const name = `"${method.replaceAll('.', '_')}_response"`
  const sn = options.sns === undefined ? '' : `"alipay_cert_sn":"${options.sns.alipay}",`
  const body = `{${name}:${value},${sn}"sign":"${signed(value, options.privateKey)}"}`
  return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8', trace_id: 'trace-2' }, body: alter(body) }
}

async function answerV3(
  options: StandInOptions,
  request: IncomingMessage,
  received: Received[],
  alter: (text: string) => string,
): Promise<Answer> {
  const { url = '', headers } = request
  const text = await textOf(request)
  const authorization = headers.authorization ?? ''
  const [, who = '', signature = ''] = /^ALIPAY-SHA256withRSA (.+),sign=(.+)$/.exec(authorization) ?? []
  const parameters = Object.fromEntries(who.split(',').map((part) => part.split('=') as [string, string]))
  const token = headers['alipay-app-auth-token']
  const expected = `${who}\n${request.method}\n${url}\n${text}\n${token === undefined ? '' : `${token}\n`}`
  const isRight =
    isSigned(expected, options.applicationKey, signature) &&
    isNamed(options, parameters.app_cert_sn, headers['alipay-root-cert-sn'])
  const isEncrypted = headers['alipay-encrypt-type'] === 'AES'
  const content = isEncrypted ? decrypted(options, text) : text
  if (isRight) received.push({ method: url, parameters, content: content === '' ? undefined : JSON.parse(content) })
  const outcome = isRight ? { trade_no: '2026', echoed: content } : { code: 'invalid-signature', message: '验签出错' }
  const plain = JSON.stringify(outcome)
  const body = isEncrypted && isRight ? encrypted(options, plain) : plain
  const sn: Record<string, string> = options.sns === undefined ? {} : { 'alipay-sn': options.sns.alipay }
  return {
    status: isRight ? 200 : 401,
    headers: {
      ...{ 'alipay-timestamp': '1700000000000', 'alipay-nonce': 'nonce', 'alipay-trace-id': 'trace-3', ...sn },
      'alipay-signature': signed(`1700000000000\nnonce\n${body}\n`, options.privateKey),
    },
    body: alter(body),
  }
}

/** The form of a notification; `sign_type` is among what is signed for some kinds. */
function notification(
  { privateKey, sns }: StandInOptions,
  given: Readonly<Record<string, string>>,
  isTypeSigned: boolean,
): URLSearchParams {
  const fields = { ...given, ...(sns && { alipay_cert_sn: sns.alipay }) }
  const type = { sign_type: 'RSA2' }
  const signature = signed(contentOf({ ...fields, ...(isTypeSigned ? type : {}) }), privateKey)
  return new URLSearchParams({ ...fields, ...type, sign: signature })
}

const zeros = Buffer.alloc(16)
function encrypted({ encryptKey = '' }: StandInOptions, text: string): string {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(encryptKey, 'base64'), zeros)
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
}
function decrypted({ encryptKey = '' }: StandInOptions, base64 = ''): string {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(encryptKey, 'base64'), zeros)
  return decipher.update(base64, 'base64', 'utf8') + decipher.final('utf8')
}

/** As the open platform computes it: MD5 of the issuer (RFC 2253) and the serial number in decimal. */
export function snOf(issuer: string, pem: string): string {
  const serialNumber = BigInt(`0x${new X509Certificate(pem).serialNumber}`)
  return createHash('md5').update(`${issuer}${serialNumber}`).digest('hex')
}
